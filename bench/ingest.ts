/**
 * Batches of ten forms over HTTP, durable, beside the raw driver running the very same statements with the very same
 * values, 32 batches a transaction; and beside the same app answering without a store.
 *
 *   npm run bench -- ingest [--quick]
 */
import { join } from 'node:path'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { fill } from './filled.ts'
import { temporaryFolder } from './folder.ts'
import { createNoStore } from './no-store.ts'
import { replay } from './raw-ingest.ts'
import { benchServices, world } from './services.ts'
import { serve } from './serving.ts'
import { compare, quick } from './turns.ts'

const credits = quick ? 10_000 : 1_000_000
const path = join(temporaryFolder(), 'bench.db')
const { users } = await fill(path, credits)
const sqlite = createSqliteStore({ path, world })
// The day's limit is not what is measured.
const store = {
  ...sqlite,
  ingest: (batch: Parameters<typeof sqlite.ingest>[0]) =>
    sqlite.ingest({ ...batch, eventsPerDay: Infinity }),
}
const durable = await serve('SQLite/s', benchServices(store), 'events', users)
const bare = await serve('no store/s', benchServices(createNoStore()), 'events', users)
const folder = temporaryFolder()
const paths = { replayed: join(folder, 'replayed.db'), noted: join(folder, 'noted.db') }
const raw = await replay(paths, credits)
await compare('batches of ten', durable, raw, 0.8)
await compare('batches of ten', durable, bare)
await durable.close()
await bare.close()
await sqlite.close()
raw.close()
