import { initialSchema } from '../initial-schema.ts'
import { dueMigrations, type Migration } from '../migrations.ts'
import type { Database } from './database.ts'

const types: Record<string, string> = { bytea: 'BLOB', text: 'TEXT', engine_ms: 'REAL' }
const columnTypes = /\b(bigint|int|smallint|boolean|bytea|text|engine_ms)\b/g

/** Rows that are read by user are clustered by user. Every type is enforced (STRICT). */
const schema = initialSchema({
  identity: '',
  clustered: ' STRICT, WITHOUT ROWID',
  plain: ' STRICT',
  often: '',
  sometimes: '',
}).replaceAll(columnTypes, (type) => types[type] ?? 'INTEGER')

export const migrations: readonly Migration[] = [{ name: '0001-initial-schema', sql: schema }]

/** Brings the file to this version's schema. Each migration and its record are one transaction. */
export function migrate(db: Database, list = migrations): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID')
  const applied = db.prepare('SELECT name FROM migrations').all() as { name: string }[]
  const names = applied.map(({ name }) => name)
  for (const { name, sql } of dueMigrations(list, names)) {
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(sql)
      db.prepare('INSERT INTO migrations (name) VALUES (?)').run(name)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
