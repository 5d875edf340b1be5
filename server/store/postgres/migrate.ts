import { postgresRules } from '../../rules/database.ts'
import { broadcastResultsSchema } from '../broadcast-results-schema.ts'
import { broadcastsSchema } from '../broadcasts-schema.ts'
import { changesSchema, newChangesSchema } from '../changes-schema.ts'
import { creditTagsSchema } from '../credit-tags-schema.ts'
import { initialSchema } from '../initial-schema.ts'
import {
  codeRequests,
  dueMigrations,
  forwardedPushes,
  heldOutRecipients,
  scheduledMessages,
  toldBroadcasts,
  type Migration,
} from '../migrations.ts'
import { pushContentsSchema } from '../push-contents-schema.ts'
import { tagResultsSchema } from '../tag-results-schema.ts'
import { webhooksSchema } from '../webhooks-schema.ts'
import type { AsyncSql } from './sql.ts'
import type { Database, Script } from './database.ts'

/**
 * Pages of rows that change often have free space for the next version of a row, which then needs
 * no new index entry (heap-only tuples).
 */
const initial = initialSchema({
  identity: 'GENERATED ALWAYS AS IDENTITY',
  clustered: '',
  plain: '',
  often: ' WITH (fillfactor = 75)',
  sometimes: ' WITH (fillfactor = 85)',
})

const withTypes = (schema: string): string => schema.replaceAll('engine_ms', 'bigint')

/** SQLite counts requests in memory. */
const requestCounts = `
-- key: 16 bytes of a hash of (length of the window, client), since an address is personal data.
CREATE TABLE request_counts (
  window_ends_ms bigint NOT NULL,
  count          int NOT NULL,
  key            bytea PRIMARY KEY
) WITH (fillfactor = 75);
`

const changes = changesSchema('bigint PRIMARY KEY', '') + newChangesSchema

const webhooks = webhooksSchema('GENERATED ALWAYS AS IDENTITY', '', '')

const broadcasts = broadcastsSchema('GENERATED ALWAYS AS IDENTITY', '', '')

export const migrations: readonly Migration[] = [
  { name: '0001-initial-schema', sql: withTypes(initial) + requestCounts },
  { name: '0002-changes', sql: withTypes(changes) },
  { name: '0004-forwarded-pushes', sql: forwardedPushes },
  { name: '0005-push-contents', sql: withTypes(pushContentsSchema('')) },
  { name: '0006-code-requests', sql: withTypes(codeRequests) },
  { name: '0007-webhooks', sql: withTypes(webhooks) },
  { name: '0008-scheduled-messages', sql: withTypes(scheduledMessages) },
  { name: '0009-broadcasts', sql: withTypes(broadcasts) },
  { name: '0010-credit-tags', sql: creditTagsSchema('') },
  { name: '0011-held-out-recipients', sql: heldOutRecipients },
  { name: '0012-broadcast-changes', sql: toldBroadcasts },
  { name: '0013-broadcast-results', sql: broadcastResultsSchema('') },
  { name: '0014-tag-results', sql: tagResultsSchema('GENERATED ALWAYS AS IDENTITY', '', '') },
]

/**
 * Brings the database to this version's schema. Each migration and its record are one transaction,
 * and one process at a time applies one: it holds the one row of `migration_lock`.
 */
export async function migrate(db: Database, list = migrations): Promise<void> {
  // An account without the right to create tables needs them to exist.
  if ((await db.query(findNextIfAny(list))) === undefined) return
  await createTables(db)
  for (let next = list[0]; next !== undefined;) {
    next = await db.transact((sql, script) => applyNext(sql, script, list), {
      withinMs: postgresRules.migrationWithinMs,
    })
  }
}

const undefinedTable = '42P01'

const findNextIfAny = (list: readonly Migration[]) => async (sql: AsyncSql) => {
  try {
    return await findNext(sql, list)
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return list[0]
    throw error
  }
}

async function applyNext(sql: AsyncSql, script: Script, list: readonly Migration[]) {
  await script('SELECT 1 FROM migration_lock FOR UPDATE')
  const next = await findNext(sql, list)
  if (!next) return undefined
  for (const text of statementsOf(next.sql)) await script(text)
  await sql.run('INSERT INTO migrations (name) VALUES ($1)', next.name)
  return next
}

/** Citus takes one at a time where tables are distributed. No literal holds `--` or ends a line. */
const statementsOf = (sql: string): string[] =>
  sql
    .replaceAll(/--.*$/gm, '')
    .split(/;\s*$/m)
    .filter((text) => text.trim() !== '')

async function findNext(sql: AsyncSql, list: readonly Migration[]): Promise<Migration | undefined> {
  const applied = await sql.all<{ name: string }>('SELECT name FROM migrations')
  return dueMigrations(
    list,
    applied.map(({ name }) => name),
  )[0]
}

/** Errors of two processes that create one table at once, IF NOT EXISTS or not. */
const createdAtOnce = ['23505', '42P07', '42710', 'XX000']

async function createTables(db: Database): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.transact(async (_, script) => {
        await script(`
          CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY);
          CREATE TABLE IF NOT EXISTS migration_lock (lock int PRIMARY KEY);
          INSERT INTO migration_lock (lock) VALUES (1) ON CONFLICT DO NOTHING`)
      })
    } catch (error) {
      const { code } = error as { code?: string }
      if (tried === postgresRules.createTries || !createdAtOnce.includes(code ?? '')) throw error
    }
  }
}
