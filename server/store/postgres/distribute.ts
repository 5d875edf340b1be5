/**
 * Citus: which table lies where. Rows of one user lie together, by `usr`. What finds a user, and
 * what belongs to an app, stays on the coordinator: elsewhere a worker that is away would hold up
 * users of the others.
 */
import { postgresRules } from '../../rules/database.ts'
import type { Database } from './database.ts'
import type { AsyncSql } from './sql.ts'

/** By `usr`, colocated: one user, one shard. `users` comes first. */
export const tablesOfUsers = [
  'users',
  'erasures',
  'session_keys',
  'events',
  'credits',
  'credit_history',
  'credit_tags',
  'messages',
  'user_days',
  'customer_windows',
  'consents',
  'push_contents',
] as const

/** Each by its own column, colocated with none. */
export const tablesOfHashes = {
  pushes: 'key',
  request_counts: 'key',
} as const

/** Copied to every node: statements on users join it. */
export const copiedTable = 'apps'

/** The records of migrations are the coordinator's own. */
const migrationTables = ['migrations', 'migration_lock']

/**
 * The unique key (app, open_id) of `users` lacks `usr`, and Citus takes none such: it has a table
 * of its own, whose rows are found by their own key.
 */
const nameTable = [
  'CREATE TABLE IF NOT EXISTS user_names (app int NOT NULL, open_id text NOT NULL, ' +
    'usr bigint NOT NULL, PRIMARY KEY (app, open_id))',
  'INSERT INTO user_names (app, open_id, usr) ' +
    'SELECT app, open_id, usr FROM users WHERE open_id IS NOT NULL ON CONFLICT DO NOTHING',
  'ALTER TABLE users DROP CONSTRAINT IF EXISTS users_app_open_id_key',
]

/** Whether the tables of this database are distributed. */
export async function isDistributed(sql: AsyncSql): Promise<boolean> {
  if (!(await hasCitus(sql))) return false
  const row = await sql.get(
    `SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('users')`,
  )
  return row !== undefined
}

async function hasCitus(sql: AsyncSql): Promise<boolean> {
  const row = await sql.get(`SELECT 1 FROM pg_extension WHERE extname = 'citus'`)
  return row !== undefined
}

/**
 * Distributes the tables that are not distributed yet. May run again, after a migration or after it
 * was interrupted: each table is one transaction.
 *
 * @returns the tables that it distributed
 * @throws if the database has no Citus
 */
export async function distribute(db: Database): Promise<string[]> {
  if (!(await db.query(hasCitus))) {
    throw new Error(
      'The database has no Citus: install the extension on every node, put citus into ' +
        'shared_preload_libraries, run CREATE EXTENSION citus there, and add the workers with ' +
        'citus_add_node (docs/scaling.md).',
    )
  }
  const known = new Set(await db.query(listDistributed))
  const moved: string[] = []
  const move = async (table: string, ...texts: string[]) => {
    if (known.has(table)) return
    await db.transact(
      async (_, script) => {
        for (const text of texts) await script(text)
      },
      { withinMs: postgresRules.migrationWithinMs },
    )
    moved.push(table)
  }
  await move(copiedTable, `SELECT create_reference_table('${copiedTable}')`)
  if (!known.has('user_names')) await db.transact((_, script) => each(script, nameTable))
  for (const table of tablesOfUsers) {
    const beside = table === 'users' ? 'none' : 'users'
    await move(table, distributeBy(table, 'usr', beside))
  }
  for (const [table, column] of Object.entries(tablesOfHashes)) {
    await move(table, distributeBy(table, column, 'none'))
  }
  for (const table of await db.query(listTables)) {
    await move(table, `SELECT citus_add_local_table_to_metadata('${table}')`)
  }
  return moved
}

const distributeBy = (table: string, column: string, beside: string) =>
  `SELECT create_distributed_table('${table}', '${column}', colocate_with => '${beside}')`

async function each(script: (text: string) => Promise<void>, texts: readonly string[]) {
  for (const text of texts) await script(text)
}

async function listDistributed(sql: AsyncSql): Promise<string[]> {
  const rows = await sql.all<{ name: string }>(
    'SELECT logicalrelid::text AS name FROM pg_dist_partition',
  )
  return rows.map(({ name }) => name)
}

/** All tables that are not named above. */
async function listTables(sql: AsyncSql): Promise<string[]> {
  const rows = await sql.all<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()
     ORDER BY tablename`,
  )
  const named: readonly string[] = [
    copiedTable,
    ...tablesOfUsers,
    ...Object.keys(tablesOfHashes),
    ...migrationTables,
  ]
  return rows.map(({ name }) => name).filter((name) => !named.includes(name))
}
