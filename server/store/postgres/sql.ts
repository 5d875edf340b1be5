/** `Sql` over one PostgreSQL connection, and values as the driver sends and reads them. */
import type { ClientBase, CustomTypesConfig } from 'pg'
import type { One, Operation, Sql, Step, Value } from '../sql.ts'
import { dialect as postgres, engineNow, type PostgresDialect } from './dialect.ts'

/** Text → the statement that each connection prepares once. */
type Statements = (
  text: string,
  values: number,
) => { name: string; text: string; readsClock: boolean }

/** Each text is kept for ever: texts must come from a fixed set. */
export function createStatements(now = () => postgres.now): Statements {
  const statements = new Map<string, ReturnType<Statements>>()
  return (text, values) => {
    let statement = statements.get(text)
    if (!statement) {
      const clock = now() ?? `$${values + 1}::bigint`
      const readsClock = now() === undefined && text.includes('$now')
      const name = `reach${statements.size}`
      statement = { name, text: text.replaceAll('$now', clock), readsClock }
      statements.set(text, statement)
    }
    return statement
  }
}

/** SQL of this engine's own, which waits for each result. `perform` runs operations over it. */
export interface AsyncSql {
  readonly dialect: PostgresDialect
  get<Row>(text: string, ...values: Value[]): Promise<Row | undefined>
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>
  run(text: string, ...values: Value[]): Promise<number>
}

export function createSql(
  client: Pick<ClientBase, 'query'>,
  statements: Statements,
  dialect = postgres,
): AsyncSql {
  const query = (named: string, values: Value[]) => {
    const { name, text, readsClock } = statements(named, values.length)
    const wired = values.map(wireValue)
    if (readsClock) return queryAtNow(client, { name, text }, wired)
    return client.query<object>({ name, text, values: wired })
  }
  return {
    dialect,
    all: async <Row>(text: string, ...values: Value[]) => (await query(text, values)).rows as Row[],
    get: async <Row>(text: string, ...values: Value[]) =>
      (await query(text, values)).rows[0] as Row | undefined,
    run: async (text, ...values) => (await query(text, values)).rowCount ?? 0,
  }
}

async function queryAtNow(
  client: Pick<ClientBase, 'query'>,
  statement: { name: string; text: string },
  values: One[],
) {
  const text = `SELECT ${engineNow} AS now`
  const clock = await client.query<{ now: number }>({ name: 'reach-clock', text })
  return client.query<object>({ ...statement, values: [...values, clock.rows[0]!.now] })
}

/** Runs an operation, and waits for each of its steps. */
export async function perform<Result>(
  sql: AsyncSql,
  operation: (sql: Sql) => Step<Result>,
): Promise<Result> {
  const steps = operation(inSteps(sql))[Symbol.iterator]()
  let step = steps.next()
  while (!step.done) {
    try {
      step = steps.next(await step.value)
    } catch (error) {
      if (!steps.throw) throw error
      step = steps.throw(error)
    }
  }
  return step.value
}

const inSteps = ({ dialect, get, all, run }: AsyncSql): Sql => ({
  dialect,
  get: <Row>(text: string, ...values: Value[]) => wait(get<Row>(text, ...values)),
  all: <Row>(text: string, ...values: Value[]) => wait(all<Row>(text, ...values)),
  run: (text, ...values) => wait(run(text, ...values)),
})

function* wait<Result>(result: Promise<Result>): Operation<Result> {
  return (yield result) as Result
}

const int8 = 20

/** All our 64-bit numbers are below 2^53, so that they are read as numbers and not as text. */
export const numbersForInt8 = (types: CustomTypesConfig): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === int8 ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
})

/** Lists are written here, since the driver quotes and escapes each of their numbers, too. */
export const wireValue = (value: Value): One => {
  if (typeof value === 'string') return storable(value)
  return isList(value) ? `{${value.map(element).join()}}` : value
}

const isList = (value: Value): value is readonly One[] => Array.isArray(value)

/** PostgreSQL's text cannot hold NUL, which a client may send. */
const storable = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text)

const special = /["\\]/

function element(value: One): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') {
    const text = storable(value)
    return `"${special.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`
  }
  if (typeof value === 'object') return `"\\\\x${hexOf(value)}"`
  return String(value)
}

const hexOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex')
