/** Looks at a SQLite file over a connection that cannot write. */
import { existsSync } from 'node:fs'
import type { Inspection } from '../inspection.ts'
import { compareMigrations } from '../migrations.ts'
import { countCodes } from '../operations/codes.ts'
import { countSeals, findUsedTemplates } from '../operations/inspection.ts'
import { listWebhooks } from '../operations/webhooks.ts'
import type { Sql, Step } from '../sql.ts'
import { openReader, pragma } from './database.ts'
import { migrations } from './migrate.ts'
import { createSql, runSteps } from './sql.ts'

/** `undefined`: there is no file yet. @throws when it cannot be read */
export function inspectSqlite(path: string): Inspection | undefined {
  if (!existsSync(path)) return undefined
  const db = openReader(path)
  const sql = createSql(db, { now: () => 0 })
  const read = async <Result>(question: (sql: Sql) => Step<Result>) => runSteps(question(sql))
  const all = <Row>(text: string) => runSteps(sql.all<Row>(text))
  return {
    async facts() {
      const [row] = all<{ version: string; nowMs: number }>(
        `SELECT sqlite_version() AS version,
           CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS "nowMs"`,
      )
      const tables = all("SELECT 1 FROM sqlite_master WHERE name = 'migrations'")
      const applied = tables.length > 0 ? all<{ name: string }>('SELECT name FROM migrations') : []
      return {
        version: `SQLite ${row!.version}`,
        nowMs: row!.nowMs,
        // `serve` sets WAL and FULL, and refuses a file system on which they cannot be set.
        risks: tables.length > 0 && pragma(db, 'journal_mode') !== 'wal' ? [noLog] : [],
        ...compareMigrations(
          migrations,
          applied.map(({ name }) => name),
        ),
      }
    },
    countCodes: (appId) => read((steps) => countCodes(steps, appId)),
    countSeals: (limit) => read((steps) => countSeals(steps, limit)),
    findUsedTemplates: (limit) => read((steps) => findUsedTemplates(steps, limit)),
    listWebhooks: () => read((steps) => listWebhooks(steps)),
    close: async () => db.close(),
  }
}

const noLog =
  'the file has no write-ahead log, as after a copy: the next start of serve adds it, or says ' +
  'why it cannot'
