/** Transitional: the interface of operations that are not written over `Sql` yet. */
import type { Database } from './database.ts'
import { createSql } from './sql.ts'
import type { EngineClock, SqliteSql } from './sql.ts'

export type Value = string | number | null | Uint8Array

export interface Statement<Row> {
  run(...values: Value[]): number
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): Row[]
}

export type Statements = SqliteSql & (<Row = never>(sql: string) => Statement<Row>)

export function createStatements(db: Pick<Database, 'prepare'>, clock: EngineClock): Statements {
  const sql = createSql(db, clock)
  const texts = new Map<string, string>()
  const translate = (old: string) => {
    let text = texts.get(old)
    if (!text) texts.set(old, (text = toNewNames(old)))
    return text
  }
  const call = (old: string) => {
    const text = translate(old)
    return {
      run: (...values: Value[]) => sql.run(text, ...values),
      get: (...values: Value[]) => sql.get(text, ...values),
      all: (...values: Value[]) => sql.all(text, ...values),
    }
  }
  return Object.assign(call, sql) as Statements
}

const toNewNames = (text: string) =>
  text
    .replaceAll(/(?<!\()\b(SELECT|RETURNING) user\b/g, '$1 usr AS user')
    .replaceAll('appId, user,', 'appId, usr AS user,')
    .replaceAll(/(?<! AS )\buser\b/g, 'usr')
