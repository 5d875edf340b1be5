/**
 * Spending one credit over HTTP, durable, beside the same app answering without a store.
 *
 *   npm run bench -- spend [--quick]
 */
import { join } from 'node:path'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { fill } from './filled.ts'
import { temporaryFolder } from './folder.ts'
import { createNoStore } from './no-store.ts'
import { benchServices, world } from './services.ts'
import { serve } from './serving.ts'
import { compare, quick } from './turns.ts'

const path = join(temporaryFolder(), 'bench.db')
const { users } = await fill(path, quick ? 100_000 : 1_000_000)
const store = createSqliteStore({ path, world })
const durable = await serve('SQLite/s', benchServices(store), 'spend', users)
const bare = await serve('no store/s', benchServices(createNoStore()), 'spend', users)
await compare('spending one credit', durable, bare, 0.8)
await durable.close()
await bare.close()
await store.close()
