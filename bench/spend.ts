/**
 * Spending one credit over HTTP, durable, compared with the same app without a store.
 *
 *   npm run bench -- spend [--quick]
 */
import { compare, quick } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { createNoStore } from './no-store.ts'
import { benchServices, serve } from './server.ts'

const { users, store } = await createFilledStore(quick ? 100_000 : 1_000_000)
const durable = await serve('SQLite/s', benchServices(store), 'spend', users)
const bare = await serve('no store/s', benchServices(createNoStore()), 'spend', users)
await compare('spending one credit', durable, bare, 0.85)
await durable.close()
await bare.close()
await store.close()
