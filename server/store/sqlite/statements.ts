import type { Database } from './database.ts'

export type Value = string | number | null | Uint8Array

export interface Statement<Row> {
  run(...values: Value[]): number
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): Row[]
}

/** SQL → its statement, prepared the first time and kept. The row's type is what the text selects. */
export type Statements = <Row = never>(sql: string) => Statement<Row>

/** @param sql must come from a fixed set of texts: each is kept for ever */
export function createStatements(db: Pick<Database, 'prepare'>): Statements {
  const kept = new Map<string, Statement<unknown>>()
  return <Row>(sql: string) => {
    let statement = kept.get(sql)
    if (!statement) {
      const prepared = db.prepare(sql)
      statement = {
        run: (...values) => Number(prepared.run(...values).changes),
        get: (...values) => prepared.get(...values) as unknown,
        all: (...values) => prepared.all(...values) as unknown[],
      }
      kept.set(sql, statement)
    }
    return statement as Statement<Row>
  }
}
