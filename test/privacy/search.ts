/** Looks for a text in all that a database holds. */
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { runOn } from '../support/postgres/database.ts'

export interface Search {
  /** The tables with a row of which some column holds the text. */
  tablesWith(text: string): Promise<string[]>
  /** The tables of which a column is the number of a user. */
  tablesOfUsers(): Promise<string[]>
  /** How many rows of the table belong to the user. */
  countOf(table: string, openId: string): Promise<number>
  /** How many rows the table has. */
  count(table: string): Promise<number>
  /** Runs a statement that writes. */
  write(sql: string): Promise<void>
  /** The files that hold the text, dead rows and the log included. */
  filesWith(text: string): Promise<string[]>
}

export const searchOf = (url: string): Search =>
  url.startsWith('sqlite:') ? searchSqlite(url.slice('sqlite:'.length)) : searchPostgres(url)

type Run = (sql: string) => Promise<object[]>

const searchRows = (
  run: Run,
  { listTables, listTablesOfUsers }: { listTables: string; listTablesOfUsers: string },
): Omit<Search, 'filesWith' | 'write'> => ({
  async tablesOfUsers() {
    return ((await run(listTablesOfUsers)) as { name: string }[]).map(({ name }) => name)
  },
  async countOf(table, openId) {
    const user = `(SELECT usr FROM users WHERE open_id = '${openId}')`
    return (await run(`SELECT 1 AS one FROM ${table} WHERE usr = ${user}`)).length
  },
  async tablesWith(text) {
    const found: string[] = []
    for (const { name } of (await run(listTables)) as { name: string }[]) {
      const rows = await run(`SELECT * FROM ${name}`)
      if (rows.some((row) => Object.values(row).some((value) => holds(value, text)))) {
        found.push(name)
      }
    }
    return found
  },
  async count(table) {
    return (await run(`SELECT 1 AS one FROM ${table}`)).length
  },
})

const holds = (value: unknown, text: string): boolean =>
  value instanceof Uint8Array ? Buffer.from(value).includes(text) : String(value).includes(text)

function searchSqlite(path: string): Search {
  const run: Run = async (sql) => {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      return db.prepare(sql).all() as object[]
    } finally {
      db.close()
    }
  }
  return {
    ...searchRows(run, {
      listTables: "SELECT name FROM sqlite_schema WHERE type = 'table'",
      listTablesOfUsers: `SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND c.name = 'usr'`,
    }),
    async write(sql) {
      const db = new DatabaseSync(path)
      db.exec(sql)
      db.close()
    },
    filesWith: async (text) =>
      [path, `${path}-wal`].filter((file) => existsSync(file) && readFileSync(file).includes(text)),
  }
}

/** Rewrites the tables first, as an operator does. */
function searchPostgres(url: string): Search {
  const run: Run = (sql) => runOn(url, sql)
  const listTables = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
  return {
    ...searchRows(run, {
      listTables,
      listTablesOfUsers: `SELECT table_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'usr'`,
    }),
    write: async (sql) => void (await run(sql)),
    async filesWith(text) {
      const tables = (await run(listTables)) as { name: string }[]
      await run(`VACUUM FULL ${tables.map(({ name }) => name).join()}`)
      await run('CHECKPOINT')
      const found = await run(
        `SELECT relname AS name FROM pg_class
         WHERE relfilenode <> 0 AND relkind IN ('r', 'i', 't') AND relnamespace <> 11
           AND position(convert_to('${text}', 'UTF8') IN
             pg_read_binary_file(pg_relation_filepath(oid))) > 0`,
      )
      return (found as { name: string }[]).map(({ name }) => name)
    },
  }
}
