import type { ClientBase, CustomTypesConfig } from 'pg'
import type { Sql, Value } from '../sql.ts'
import { dialect } from './dialect.ts'
import { wireValue } from './wire-value.ts'

/** As the shared `Sql`, always with promises. */
export interface PromisedSql extends Sql {
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>
  get<Row>(text: string, ...values: Value[]): Promise<Row | undefined>
  run(text: string, ...values: Value[]): Promise<number>
}
export type { PromisedSql as Sql, Value }

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

export function createSql(client: Pick<ClientBase, 'query'>, names: Names): PromisedSql {
  const query = (text: string, values: Value[]) =>
    client.query<object>({ name: names(text), text, values: values.map(wireValue) })
  return {
    dialect,
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
