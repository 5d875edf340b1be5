/**
 * How long spending takes at half the highest rate, requests coming when they come and not when the last one is done,
 * beside the time of one group commit: the writer's own, of the group that this rate makes.
 *
 *   npm run bench -- latency [--quick]
 */
import { join } from 'node:path'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { fill } from './filled.ts'
import { temporaryFolder } from './folder.ts'
import { commitMs } from './group.ts'
import { openLoad } from './open-load.ts'
import { benchServices, listenWith, world } from './services.ts'
import { connections } from './serving.ts'
import { median, table } from './table.ts'
import { quick, seconds, turns } from './turns.ts'
import { wrk } from './wrk.ts'

const credits = quick ? 100_000 : 1_000_000
const path = join(temporaryFolder(), 'bench.db')
const { users } = await fill(path, credits)
const store = createSqliteStore({ path, world })
const services = benchServices(store)
const { url, close } = await listenWith(services)

const rows: { rate: number; p50: number; p99: number; commit: number }[] = []
for (let turn = 0; turn < turns; turn += 1) {
  const args = [users, `h${turn}-`]
  const highest = await wrk({ url, seconds, connections, script: 'spend', args })
  await services.ledger.settled()
  const rate = highest / 2
  const { p50, p99 } = await openLoad({ url, rate, seconds, users, run: `l${turn}-` })
  await services.ledger.settled()
  const commit = await commitMs(join(temporaryFolder(), 'group.db'), credits, rate)
  rows.push({ rate, p50, p99, commit })
}
table(
  [
    'spending at half the highest rate',
    'rate/s',
    'p50 ms',
    'p99 ms',
    'group commit ms',
    'p99 ÷ commit',
  ],
  [
    ...rows.map(({ rate, p50, p99, commit }, turn) => [
      `turn ${turn + 1}`,
      rate,
      p50,
      p99,
      commit,
      p99 / commit,
    ]),
    ['median', '', '', '', '', median(rows.map(({ p99, commit }) => p99 / commit))],
    ['at most', '', '', '', '', 6],
  ],
)
await close(1_000)
await services.ledger.settled()
await store.close()
