import type { Database } from './database.ts'
import { initialSchema } from './initial-schema.ts'

/** In the order in which they are applied. A published one is never edited: append the next one. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '0001-initial-schema', sql: initialSchema },
]

/** Brings the file to this version's schema. Each migration and its record are one transaction. */
export function migrate(db: Database, list: typeof migrations = migrations): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID')
  const applied = new Set(
    (db.prepare('SELECT name FROM migrations').all() as { name: string }[]).map(({ name }) => name),
  )
  const known = new Set(list.map(({ name }) => name))
  const foreign = [...applied].find((name) => !known.has(name))
  if (foreign !== undefined) {
    throw new Error(
      `The database was written by a newer version (it holds the migration ${foreign}): install that version, or use another file.`,
    )
  }
  for (const { name, sql } of list) {
    if (applied.has(name)) continue
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
