import { postgresRules } from '../../rules/database.ts'
import { initialSchema } from '../initial-schema.ts'
import { dueMigrations, type Migration } from '../migrations.ts'
import type { AsyncSql } from './sql.ts'
import type { Database, Script } from './database.ts'

/**
 * Pages of rows that change often have free space for the next version of a row, which then needs
 * no new index entry (heap-only tuples).
 */
const schema = initialSchema({
  identity: 'GENERATED ALWAYS AS IDENTITY',
  clustered: '',
  plain: '',
  often: ' WITH (fillfactor = 75)',
  sometimes: ' WITH (fillfactor = 85)',
}).replaceAll('engine_ms', 'bigint')

/** SQLite counts requests in memory. */
const requestCounts = `
-- key: 16 bytes of a hash of (length of the window, client), since an address is personal data.
CREATE TABLE request_counts (
  window_ends_ms bigint NOT NULL,
  count          int NOT NULL,
  key            bytea PRIMARY KEY
) WITH (fillfactor = 75);
`

export const migrations: readonly Migration[] = [
  { name: '0001-initial-schema', sql: schema + requestCounts },
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
  await script(next.sql)
  await sql.run('INSERT INTO migrations (name) VALUES ($1)', next.name)
  return next
}

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
