import { createSystemClock, systemRandom, type Random } from '../../runtime/world.ts'
import { selectAppUser } from '../operations/users.ts'
import type { Dialect } from '../sql.ts'

export interface PostgresDialect extends Dialect {
  /**
   * Milliseconds of the database's clock, for `$now`. `undefined`: the clock is read before the
   * statement, as a value.
   */
  readonly now: string | undefined
}

const sinceMs = Date.UTC(2025, 0)
const perMs = 128

/**
 * Independent of the openId, and larger for users who come later: lists begin with the newest user,
 * and new rows lie together in the indexes. 48 bits until the year 2094. A number that is taken is
 * drawn again.
 */
export const userNumber = (nowMs: number, random: Random): number =>
  (nowMs - sinceMs) * perMs + (random(1)[0]! % perMs)

/**
 * Milliseconds of the database's clock, for `$now`. A subquery is evaluated once a statement, so
 * that an index can be searched for it.
 */
export const engineNow = '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)'

const isOpenId = (placeholder: string) => `open_id = ${placeholder}`

export const dialect: PostgresDialect = {
  now: engineNow,
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  isConcurrent: true,
  spansMachines: false,
  anyOf: (placeholder, type) => `= ANY(${placeholder}::${type}[])`,
  rowsOf(placeholder, columns) {
    const values = Object.entries(columns).map(
      ([name, type], n) => `(value->>${n})::${type} AS ${name}`,
    )
    return `(SELECT ${values.join()} FROM json_array_elements(${placeholder}::json)) AS given`
  },
  ordersRecursion: false,
  isOpenId,
  openIdColumns: (openId) => ({ open_id: openId }),
  findAppUser: selectAppUser(isOpenId('$2')),
  newUserNumber: () => userNumber(createSystemClock().now(), systemRandom),
}
