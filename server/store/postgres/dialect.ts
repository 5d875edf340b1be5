import { systemRandom } from '../../runtime/world.ts'
import type { Dialect } from '../sql.ts'

const userBytes = 6

export const dialect: Dialect = {
  // A subquery is evaluated once a statement, so that an index can be searched for it.
  now: '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)',
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  isConcurrent: true,
  anyOf: (placeholder, type) => `= ANY(${placeholder}::${type}[])`,
  ordersRecursion: false,
  // Spread evenly, so that it can decide on which machine a user lies, and independent of the openId.
  newUserNumber: () => systemRandom(userBytes).readUIntBE(0, userBytes),
}
