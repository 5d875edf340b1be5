/**
 * `Sql` over one SQLite connection, which answers at once: an operation over it ends within
 * microtasks.
 */
import type { Dialect, Sql, Value } from '../sql.ts'
import type { Database } from './database.ts'

/** The engine's clock, in milliseconds. */
interface EngineClock {
  now(): number
}

const dialect: Dialect = {
  forUpdate: '',
  skipLocked: '',
  isConcurrent: false,
  anyOf: (placeholder) => `IN (SELECT value FROM json_each(${placeholder}))`,
  ordersRecursion: true,
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
      else if (Array.isArray(value)) values[i] = JSON.stringify(value)
    }
    if (statement.readsClock) values.push(clock.now())
    return statement.prepared
  }

  return {
    dialect,
    get: <Row>(text: string, ...values: Value[]) =>
      bind(text, values).get(...(values as Bound[])) as Row | undefined,
    all: <Row>(text: string, ...values: Value[]) =>
      bind(text, values).all(...(values as Bound[])) as Row[],
    run: (text, ...values) => Number(bind(text, values).run(...(values as Bound[])).changes),
  }
}

type Bound = string | number | null | Uint8Array

/** `$1` becomes `?1`, and the clock the placeholder after the last one. */
function translate(text: string): string {
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
  return text.replaceAll('$now', `?${Math.max(0, ...numbers) + 1}`).replaceAll(/\$(?=\d)/g, '?')
}
