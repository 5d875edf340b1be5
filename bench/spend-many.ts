/**
 * Spending from ten million credits compared with spending from one million, users drawn evenly:
 * over HTTP, and at the store.
 *
 *   npm run bench -- spend-many [--quick]
 */
import type { Store } from '../server/store/store.ts'
import { compare, quick, seconds, type Side } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { benchServices, connections, serve } from './server.ts'
import { spendAtStore } from './spending.ts'

const atTheStore = (name: string, store: Store, users: number): Side => ({
  name,
  async measure() {
    const { spent, ms } = await spendAtStore(store, { users, callers: connections, seconds })
    return (1_000 * spent) / ms
  },
})

const many = await createFilledStore(quick ? 200_000 : 10_000_000)
const few = await createFilledStore(quick ? 100_000 : 1_000_000)
const overHttp = await Promise.all([
  serve('of 10 M/s', benchServices(many.store), 'spend', many.users),
  serve('of 1 M/s', benchServices(few.store), 'spend', few.users),
])
await compare('spending over HTTP', ...overHttp, 0.9)
for (const side of overHttp) await side.close()
await compare(
  'spending at the store',
  atTheStore('of 10 M/s', many.store, many.users),
  atTheStore('of 1 M/s', few.store, few.users),
)
await many.store.close()
await few.store.close()
