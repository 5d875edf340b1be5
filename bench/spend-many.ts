/**
 * Spending from ten million credits beside spending from one million, users drawn evenly: over HTTP, and at the ledger's store.
 *
 *   npm run bench -- spend-many [--quick]
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import type { Store } from '../server/store/store.ts'
import { fill } from './filled.ts'
import { temporaryFolder } from './folder.ts'
import { benchServices, world } from './services.ts'
import { connections, serve } from './serving.ts'
import { reservation, settlement } from './spending.ts'
import { compare, quick, seconds } from './turns.ts'
import type { Side } from './turns.ts'

async function open(credits: number) {
  const path = join(temporaryFolder(), 'bench.db')
  const { users } = await fill(path, credits)
  return { users, store: createSqliteStore({ path, world }) }
}

/** Reserve and settle, without a request around them. */
function atTheStore(name: string, store: Store, users: number): Side {
  async function spend() {
    const openId = `user-${Math.floor(Math.random() * users)}`
    const opened = await store.openMessage(reservation(openId, randomBytes(32)))
    if (opened.was === 'reserved') await store.settle(settlement(opened.message.id))
  }
  return {
    name,
    async measure() {
      const startedAt = performance.now()
      let spent = 0
      await Promise.all(
        Array.from({ length: connections }, async () => {
          for (; performance.now() < startedAt + 1_000 * seconds; spent += 1) await spend()
        }),
      )
      return (1_000 * spent) / (performance.now() - startedAt)
    },
  }
}

const many = await open(quick ? 200_000 : 10_000_000)
const few = await open(quick ? 100_000 : 1_000_000)
const overHttp = await Promise.all([
  serve('of 10 M/s', benchServices(many.store), 'spend', many.users),
  serve('of 1 M/s', benchServices(few.store), 'spend', few.users),
])
await compare('spending over HTTP', ...overHttp, 0.8)
for (const side of overHttp) await side.close()
await compare(
  'spending at the store',
  atTheStore('of 10 M/s', many.store, many.users),
  atTheStore('of 1 M/s', few.store, few.users),
)
await many.store.close()
await few.store.close()
