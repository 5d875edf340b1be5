import type { ClientBase, CustomTypesConfig } from 'pg'
import { wireValue } from './wire-value.ts'
import type { Value } from './wire-value.ts'

export type { Value }

/** What an operation speaks to: a connection, or a transaction on one. */
export interface Sql {
  /** Named by its text: prepared once a connection. The row's type is what the text selects. */
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>
  get<Row>(text: string, ...values: Value[]): Promise<Row | undefined>
  /** Returns the rows changed. */
  run(text: string, ...values: Value[]): Promise<number>
}

/** Text → the name under which each connection has prepared it. */
export type Names = (text: string) => string

/** @param prefix of the names; the texts must come from a fixed set: each is kept for ever */
export function createNames(prefix = 'reach'): Names {
  const names = new Map<string, string>()
  return (text) => {
    let name = names.get(text)
    if (!name) names.set(text, (name = `${prefix}${names.size}`))
    return name
  }
}

export function createSql(client: Pick<ClientBase, 'query'>, names: Names): Sql {
  const query = (text: string, values: Value[]) =>
    client.query<object>({ name: names(text), text, values: values.map(wireValue) })
  return {
    all: async <Row>(text: string, ...values: Value[]) => (await query(text, values)).rows as Row[],
    get: async <Row>(text: string, ...values: Value[]) =>
      (await query(text, values)).rows[0] as Row | undefined,
    run: async (text, ...values) => (await query(text, values)).rowCount ?? 0,
  }
}

const int8 = 20

/** All our 64-bit numbers are below 2^53, so that they come as numbers and not as text. */
export const numbersForInt8 = (types: CustomTypesConfig): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === int8 ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
})
