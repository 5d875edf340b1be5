/**
 * Pages of the lists, and a step of the summary, from a million rows of each table, at random
 * positions: how long one takes, on each engine.
 *
 *   npm run bench -- lists           a million rows, 500 pages of each list
 *   npm run bench -- lists --quick   fewer, to see that it runs
 *
 * BENCH_DATABASE_URL: as for `postgres`.
 */
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { Client } from 'pg'
import { writeCursor } from '../server/store/operations/pages.ts'
import { createPostgresStore } from '../server/store/postgres/store.ts'
import { addOpenKey } from '../server/store/sqlite/database.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import type { Store } from '../server/store/store.ts'
import { quick, table } from './compare.ts'
import { temporaryFolder } from './filled-store.ts'
import { apps, everyMs, fill, firstMs, lastMs, openIdOf } from './lists/fill.ts'
import { createEmptyDatabase } from './postgres/database.ts'

const rows = quick ? 20_000 : 1_000_000
const pages = quick ? 20 : 500
/** Of a page, in milliseconds. */
const p99AtMost = 100
const appId = apps[0]
const limit = 50

const below = (end: number) => Math.floor(Math.random() * end)
const anyUser = () => writeCursor([below(2 ** 48)])
const anyPush = () => writeCursor([untilAny(), '00'])
const untilAny = () => firstMs + below(rows) * everyMs

const lists: Record<string, (store: Store) => Promise<unknown>> = {
  messages: (store) => store.findMessages(appId, { limit, untilMs: untilAny() }),
  'messages of a user': (store) =>
    store.findMessages(appId, { limit, openId: openIdOf(below(rows) + 1) }),
  'messages that are queued': (store) => store.findMessages(appId, { limit, state: 'queued' }),
  'messages by a reason that none has': (store) =>
    store.findMessages(appId, { limit, untilMs: untilAny(), reason: 'quota' }),
  'a step of the sums of messages': (store) => store.sumMessages(appId, { untilMs: untilAny() }),
  'holders of a kind': (store) =>
    store.findHolders(appId, { limit, kind: 'form', nowMs: lastMs, cursor: anyUser() }),
  'holders of a kind that none has': (store) =>
    store.findHolders(appId, { limit, kind: 'wrote', nowMs: lastMs, cursor: anyUser() }),
  'holders for a template': (store) =>
    store.findHolders(appId, { limit, templateId: 'T1', nowMs: lastMs, cursor: anyUser() }),
  shares: (store) => store.findShares(appId, { limit, cursor: writeCursor([below(rows)]) }),
  'shares in a group': (store) =>
    store.findShares(appId, { limit, openGId: `group-${below(rows) + 1}` }),
  codes: (store) => store.findCodes(appId, { limit, cursor: writeCursor([below(rows)]) }),
  groups: (store) => store.findGroups(appId, { limit, cursor: writeCursor([below(rows)]) }),
  pushes: (store) => store.findPushes(appId, { limit, nowMs: lastMs, cursor: anyPush() }),
  'open windows': (store) => store.findWindows(appId, { limit, nowMs: lastMs, cursor: anyPush() }),
  'a step of the summary': (store) => store.sumCredits({ nowMs: lastMs, before: below(2 ** 48) }),
}

async function measure(engine: string, store: Store): Promise<void> {
  const measured: (string | number)[][] = []
  for (const [name, ask] of Object.entries(lists)) {
    const tookMs: number[] = []
    for (let page = 0; page < pages; page += 1) {
      const startedAt = performance.now()
      await ask(store)
      tookMs.push(performance.now() - startedAt)
    }
    tookMs.sort((a, b) => a - b)
    const at = (share: number) => tookMs[Math.floor(share * pages)]!
    measured.push([name, at(0.5), at(0.99), p99AtMost])
  }
  table([`${engine}, ${rows} rows`, 'p50 ms', 'p99 ms', 'p99 at most'], measured)
}

const path = join(temporaryFolder(), 'lists.db')
await createSqliteStore({ path }).close()
const file = new DatabaseSync(path)
file.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000')
addOpenKey(file)
for (const text of fill(rows, 'SQLite')) file.exec(text)
file.close()
const sqlite = createSqliteStore({ path })
await measure('SQLite', sqlite)
await sqlite.close()

const database = await createEmptyDatabase()
try {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  for (const text of fill(rows, 'PostgreSQL')) await client.query(text)
  await client.query('VACUUM ANALYZE')
  await client.end()
  const postgres = createPostgresStore({ url: database.url })
  await measure('PostgreSQL', postgres)
  await postgres.close()
} finally {
  await database.drop()
}
