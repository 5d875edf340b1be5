/**
 * Latency of spending at half the highest rate, with requests at random times instead of one after
 * the other, compared with the time of one group commit in the writer: at the highest rate, where
 * groups are full, and at half of it, where most groups hold one call.
 *
 *   npm run bench -- latency [--quick]
 */
import { median, table, quick, seconds, turns } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { benchServices, connections, listenWith } from './server.ts'
import { wrk, wrkLatency } from './wrk.ts'

let commitsMs: number[] = []
const { users, store } = await createFilledStore(quick ? 100_000 : 1_000_000, {
  onCommit: ({ tookMs }) => commitsMs.push(tookMs),
})
const services = benchServices(store)
const { url, close } = await listenWith(services)
const load = { url, seconds, connections }

const rows: { rate: number; p50: number; p99: number; full: number; small: number }[] = []
for (let turn = 0; turn < turns; turn += 1) {
  commitsMs = []
  const highest = await wrk({ ...load, script: 'spend', args: [users, `h${turn}-`] })
  await services.ledger.idle()
  const full = median(commitsMs)
  commitsMs = []
  // The mean pause with which all connections together make half the rate if requests took no time.
  const meanMs = (1_000 * connections) / (highest / 2)
  const paced = { ...load, script: 'spend', args: [users, `p${turn}-`, meanMs] }
  const { rate, p50Ms, p99Ms } = await wrkLatency(paced)
  await services.ledger.idle()
  rows.push({ rate: rate / highest, p50: p50Ms, p99: p99Ms, full, small: median(commitsMs) })
}
const medianOf = (of: (row: (typeof rows)[number]) => number) => median(rows.map(of))
table(
  [
    'spending',
    'of the highest rate',
    'p50 ms',
    'p99 ms',
    'full group ms',
    'p99 ÷ full',
    'small group ms',
    'p99 ÷ small',
  ],
  [
    ...rows.map(({ rate, p50, p99, full, small }, turn) => [
      `turn ${turn + 1}`,
      rate,
      p50,
      p99,
      full,
      p99 / full,
      small,
      p99 / small,
    ]),
    [
      'median',
      medianOf(({ rate }) => rate),
      medianOf(({ p50 }) => p50),
      medianOf(({ p99 }) => p99),
      medianOf(({ full }) => full),
      medianOf(({ p99, full }) => p99 / full),
      medianOf(({ small }) => small),
      medianOf(({ p99, small }) => p99 / small),
    ],
    ['at most', '', '', '', '', 6, '', ''],
  ],
)
await close(1_000)
await services.ledger.idle()
await store.close()
