/**
 * Batches of ten form credits over HTTP, durable, compared with the raw driver running the same
 * statements with the same values, 32 batches per transaction; and with the same app without a
 * store.
 *
 *   npm run bench -- ingest [--quick]
 */
import { join } from 'node:path'
import { compare, quick } from './compare.ts'
import { createFilledStore, temporaryFolder } from './filled-store.ts'
import { createNoStore } from './no-store.ts'
import { replay } from './raw-ingest.ts'
import { benchServices, serve } from './server.ts'

const credits = quick ? 10_000 : 1_000_000
const { users, store: sqlite } = await createFilledStore(credits)
// Without the daily limit of events, which is not measured here.
const store = {
  ...sqlite,
  ingest: (batch: Parameters<typeof sqlite.ingest>[0]) =>
    sqlite.ingest({ ...batch, eventsPerDay: Infinity }),
}
const durable = await serve('SQLite/s', benchServices(store), 'events', users)
const bare = await serve('no store/s', benchServices(createNoStore()), 'events', users)
const folder = temporaryFolder()
const paths = { replayed: join(folder, 'replayed.db'), recorded: join(folder, 'recorded.db') }
const raw = await replay(paths, credits)
await compare('batches of ten', durable, raw, 0.9)
await compare('batches of ten', durable, bare)
await durable.close()
await bare.close()
await sqlite.close()
raw.close()
