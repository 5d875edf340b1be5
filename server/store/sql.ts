/**
 * SQL inside one transaction. The text is the same on every engine:
 * - `$1`, `$2`, … are the values;
 * - `$now` is milliseconds of the engine's own clock, on which leases and due times run, never on
 * the platform's;
 * - aliases with capital letters stand in double quotes;
 * - what engines write differently comes from `dialect`.
 */

import type { UserNumber } from './ids.ts'

export type One = string | number | boolean | null | Uint8Array
/** A list is one value: see `Dialect.anyOf`. */
export type Value = One | readonly One[]

/**
 * Something with a result for which an engine may have to wait: `yield*` gives the result. SQLite
 * need not wait. It runs an operation to its end in one go, without a promise, which at its rate of
 * writes is worth a twentieth of the processor.
 */
export interface Step<Result> {
  [Symbol.iterator](): Iterator<Promise<unknown>, Result, unknown>
}

/** What a function of several steps returns: `function* open(sql: Sql): Operation<Message>`. */
export type Operation<Result> = Generator<Promise<unknown>, Result, unknown>

export type ResultOf<Steps> = Steps extends Step<infer Result> ? Result : never

export interface Sql {
  readonly dialect: Dialect
  /** The first row. */
  get<Row>(text: string, ...values: Value[]): Step<Row | undefined>
  all<Row>(text: string, ...values: Value[]): Step<Row[]>
  /** Returns how many rows were changed. */
  run(text: string, ...values: Value[]): Step<number>
}

/** What engines do differently, beyond a driver. */
export interface Dialect {
  /**
   * After a SELECT of rows that this transaction changes. Empty where transactions run one after
   * another.
   */
  readonly forUpdate: string
  /** The same, and rows that another transaction holds are left out. */
  readonly skipLocked: string
  /**
   * Whether transactions run beside each other, so that rows must be locked before a rule is read
   * from them.
   */
  readonly isConcurrent: boolean
  /**
   * Whether rows of several users are on several machines: a statement then locks rows of one user
   * only, and joins what lies together.
   */
  readonly spansMachines: boolean
  /** Where openIds are found by a key of their own: the users that this process knows. */
  readonly names?: UserNames
  /**
   * A condition on the expression before it: `usr ${anyOf('$1', 'bigint')}`, with a list as the
   * value of `$1`.
   */
  anyOf(placeholder: string, type: 'bigint' | 'text'): string
  /**
   * Rows as a table: `SELECT usr FROM ${rowsOf('$1', { usr: 'bigint' })}`. The value is JSON of a
   * list of lists, whose values are in the order of the columns.
   */
  rowsOf(placeholder: string, columns: Record<string, 'bigint' | 'text'>): string
  /** Whether a recursive query may contain ORDER BY. It then stops as soon as LIMIT is reached. */
  readonly ordersRecursion: boolean
  /** A condition on a row of `users`: it is that of this openId. */
  isOpenId(placeholder: string): string
  /** The columns of `users` that come from an openId, with their values: of `$3`, of NULL. */
  openIdColumns(openId: string): Record<string, string>
  /** `selectAppUser` of operations/users.ts: made once, since every send begins with it. */
  readonly findAppUser: string
  /** The number of a new user; `null`: the engine gives the next one. */
  newUserNumber(): number | null
}

/** Numbers of users by their names: a few that were looked up lately. */
export interface UserNames {
  get(appId: string, openId: string): UserNumber | undefined
  remember(appId: string, openId: string, user: UserNumber): void
  forget(appId: string, openId: string): void
}

/**
 * Another transaction has written what this one was about to write: it begins again, and then sees
 * it.
 */
export class LostRaceError extends Error {
  override readonly name = 'LostRaceError'
  /** SQLSTATE of a serialization failure. */
  readonly code = '40001'
}
