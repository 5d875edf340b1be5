/**
 * Spending from ten million credits compared with spending from one million, users drawn evenly:
 * over HTTP, and at the store, on both engines.
 *
 *   npm run bench -- spend-many [--quick]
 *
 * BENCH_DATABASE_URL: as for `postgres`. Ten million credits need 4 GB of its disk.
 */
import type { Store } from '../server/store/store.ts'
import { compare, quick, seconds, type Side } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { createFilledPostgresStore } from './postgres/database.ts'
import { benchServices, connections, serve } from './server.ts'
import { spendAtStore } from './spending.ts'

const atTheStore = (name: string, store: Store, users: number): Side => ({
  name,
  async measure() {
    const { spent, ms } = await spendAtStore(store, { users, callers: connections, seconds })
    return (1_000 * spent) / ms
  },
})

for (const [engine, fill] of [
  ['SQLite', createFilledStore],
  ['PostgreSQL', createFilledPostgresStore],
] as const) {
  const many = await fill(quick ? 100_000 : 10_000_000)
  const few = await fill(quick ? 50_000 : 1_000_000)
  try {
    const overHttp = await Promise.all([
      serve('of 10 M/s', benchServices(many.store), 'spend', many.users),
      serve('of 1 M/s', benchServices(few.store), 'spend', few.users),
    ])
    await compare(`${engine}: spending over HTTP`, ...overHttp, 0.9)
    for (const side of overHttp) await side.close()
    await compare(
      `${engine}: spending at the store`,
      atTheStore('of 10 M/s', many.store, many.users),
      atTheStore('of 1 M/s', few.store, few.users),
    )
  } finally {
    await many.store.close()
    await few.store.close()
  }
}
