/**
 * Spending one credit over HTTP, durable, beside the same app answering without a store, in one run.
 * The two take turns, so that a machine that slows down slows both; the ratio of each turn counts, not the rate.
 *
 *   npm run bench:spend             five turns of five seconds
 *   npm run bench:spend -- --quick  one short turn, to see that it runs
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { fill } from './filled.ts'
import { createNoStore } from './no-store.ts'
import { benchServices, listenWith, world } from './services.ts'
import { median, table } from './table.ts'
import { wrk } from './wrk.ts'

const quick = process.argv.includes('--quick')
const turns = quick ? 1 : 5
const seconds = quick ? 1 : 5
const connections = Number(process.env.CONN ?? 256)
const credits = quick ? 100_000 : 1_000_000

const folder = mkdtempSync(join(tmpdir(), 'wx-reach-bench-'))
const path = join(folder, 'bench.db')
const { users } = await fill(path, credits)
const store = createSqliteStore({ path, world })
const services = benchServices(store)
const durable = await listenWith(services)
const bare = await listenWith(benchServices(createNoStore()))

try {
  const rows: { durable: number; bare: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const load = { seconds, connections, script: 'spend', args: [users, `turn-${turn}-`] }
    rows.push({
      bare: await wrk({ ...load, url: bare.url }),
      durable: await wrk({ ...load, url: durable.url }),
    })
  }
  const ratios = rows.map((row) => row.durable / row.bare)
  table(
    ['turn', 'durable spends/s', 'without a store/s', 'ratio'],
    rows.map((row, turn) => [turn + 1, row.durable, row.bare, ratios[turn]!]),
  )
  table(['median ratio', 'at least'], [[median(ratios), 0.8]])
} finally {
  await durable.close(1_000)
  await bare.close(1_000)
  // What was under way when the load ended.
  await services.ledger.settled()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}
