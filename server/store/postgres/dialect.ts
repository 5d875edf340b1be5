import { systemRandom } from '../../runtime/world.ts'
import type { Dialect } from '../sql.ts'

const userBytes = 6

/**
 * Milliseconds of the database's clock, for `$now`. A subquery is evaluated once a statement, so
 * that an index can be searched for it.
 */
export const engineNow = '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)'

export const dialect: Dialect = {
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  isConcurrent: true,
  anyOf: (placeholder, type) => `= ANY(${placeholder}::${type}[])`,
  ordersRecursion: false,
  // Spread evenly, so that it can decide on which machine a user lies, and independent of the
  // openId.
  newUserNumber: () => systemRandom(userBytes).readUIntBE(0, userBytes),
}
