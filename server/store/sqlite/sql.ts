/** `Sql` over one SQLite connection, which never waits. */
import { selectAppUser } from '../operations/users.ts'
import type { Dialect, Sql, Step, Value } from '../sql.ts'
import type { Database } from './database.ts'

/** The engine's clock, in milliseconds. */
interface EngineClock {
  now(): number
}

const isOpenId = (placeholder: string) => `open_key = open_key(${placeholder})`

export const dialect: Dialect = {
  forUpdate: '',
  skipLocked: '',
  isConcurrent: false,
  spansMachines: false,
  anyOf: (placeholder) => `IN (SELECT value FROM json_each(${placeholder}))`,
  rowsOf(placeholder, columns) {
    const values = Object.keys(columns).map((name, n) => `value->>${n} AS ${name}`)
    return `(SELECT ${values.join()} FROM json_each(${placeholder})) AS given`
  },
  ordersRecursion: true,
  isOpenId,
  openIdColumns: (openId) => ({ open_id: openId, open_key: `open_key(${openId})` }),
  findAppUser: selectAppUser(isOpenId('$2')),
  newUserNumber: () => null,
}

type Prepared = Pick<ReturnType<Database['prepare']>, 'all' | 'get' | 'run'>

interface Statement {
  prepared: Prepared
  /** The text contains `$now`, whose value is bound last. */
  readsClock: boolean
}

/** @param db keeps each text's statement for its whole life: texts must come from a fixed set */
export function createSql(db: Pick<Database, 'prepare'>, clock: EngineClock): Sql {
  const statements = new Map<string, Statement>()

  function prepare(text: string): Statement {
    const readsClock = text.includes('$now')
    const statement = { prepared: db.prepare(translate(text)) as Prepared, readsClock }
    statements.set(text, statement)
    return statement
  }

  /** Also replaces the values that SQLite does not know, in place. */
  function bind(text: string, values: Value[]): Prepared {
    const statement = statements.get(text) ?? prepare(text)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value === 'boolean') values[i] = value ? 1 : 0
      else if (typeof value === 'object' && Array.isArray(value)) values[i] = JSON.stringify(value)
    }
    if (statement.readsClock) values.push(clock.now())
    return statement.prepared
  }

  return {
    dialect,
    get: <Row>(text: string, ...values: Value[]) =>
      done(bind(text, values).get(...(values as Bound[])) as Row | undefined),
    all: <Row>(text: string, ...values: Value[]) =>
      done(bind(text, values).all(...(values as Bound[])) as Row[]),
    run: (text, ...values) => done(Number(bind(text, values).run(...(values as Bound[])).changes)),
  }
}

/** A step that is done: its own iterator, and its own end. */
class Done<Result> {
  readonly done = true
  constructor(readonly value: Result) {}
  [Symbol.iterator]() {
    return this
  }
  next() {
    return this
  }
}

const done = <Result>(value: Result) => new Done(value) as Step<Result>

/** Runs an operation over SQLite to its end. */
export function runSteps<Result>(step: Step<Result>): Result {
  const last = step[Symbol.iterator]().next()
  if (!last.done) throw new Error('An operation waits for something other than SQLite.')
  return last.value
}

type Bound = string | number | null | Uint8Array

/** `$1` becomes `?1`, and the clock the placeholder after the last one. */
function translate(text: string): string {
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
  return text.replaceAll('$now', `?${Math.max(0, ...numbers) + 1}`).replaceAll(/\$(?=\d)/g, '?')
}
