import type { Database, Script } from './database.ts'
import { initialSchema } from './initial-schema.ts'
import type { Sql } from '../sql.ts'

/** In the order in which they are applied. A published one is never edited: append the next one. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-initial-schema', sql: initialSchema },
]

/** How long one migration may take, or the wait for another process that applies one. */
const migrationWithinMs = 10 * 60_000

type Migrations = typeof migrations

/**
 * Brings the database to this version's schema. Each migration and its record are one transaction, and one process at
 * a time applies one: it holds the one row of `migration_lock`.
 */
export async function migrate(db: Database, list: Migrations = migrations): Promise<void> {
  // An account that may not make tables finds the work done by one that may.
  if ((await db.query(findNextIfAny(list))) === undefined) return
  await makeTables(db)
  for (let next = list[0]; next !== undefined;) {
    next = await db.transact((sql, script) => applyNext(sql, script, list), {
      withinMs: migrationWithinMs,
    })
  }
}

const undefinedTable = '42P01'

const findNextIfAny = (list: Migrations) => async (sql: Sql) => {
  try {
    return await findNext(sql, list)
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return list[0]
    throw error
  }
}

async function applyNext(sql: Sql, script: Script, list: Migrations) {
  await script('SELECT 1 FROM migration_lock FOR UPDATE')
  const next = await findNext(sql, list)
  if (!next) return undefined
  await script(next.sql)
  await sql.run('INSERT INTO migrations (name) VALUES ($1)', next.name)
  return next
}

async function findNext(sql: Sql, list: Migrations) {
  const rows = await sql.all<{ name: string }>('SELECT name FROM migrations')
  const applied = new Set(rows.map(({ name }) => name))
  const known = new Set(list.map(({ name }) => name))
  const foreign = [...applied].find((name) => !known.has(name))
  if (foreign !== undefined) {
    throw new Error(
      `The database was written by a newer version (it holds the migration ${foreign}): install that version, or use another database.`,
    )
  }
  return list.find(({ name }) => !applied.has(name))
}

/** What two that make one table at once may be told, IF NOT EXISTS or not. */
const madeAtOnce = ['23505', '42P07', '42710', 'XX000']
const tries = 20

async function makeTables(db: Database): Promise<void> {
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
      if (tried === tries || !madeAtOnce.includes(code ?? '')) throw error
    }
  }
}
