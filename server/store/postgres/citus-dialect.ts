/** What Citus takes of PostgreSQL's SQL. */
import { postgresRules } from '../../rules/database.ts'
import type { UserNames } from '../sql.ts'
import type { UserNumber } from '../store.ts'
import { dialect, type PostgresDialect } from './dialect.ts'

/** One for each store, since it remembers users. */
export const createCitusDialect = (): PostgresDialect => ({
  ...dialect,
  // Citus takes no volatile function where it writes, nor a stable one in CASE or ON CONFLICT. A
  // lease is shorter by a wait for a lock.
  now: undefined,
  spansMachines: true,
  names: createUserNames(postgresRules.rememberedUsers),
})

/** The one that was remembered first is forgotten first. */
export function createUserNames(most: number): UserNames {
  const numbers = new Map<string, UserNumber>()
  const keyOf = (appId: string, openId: string) => `${appId}\0${openId}`
  return {
    get: (appId, openId) => numbers.get(keyOf(appId, openId)),
    remember(appId, openId, user) {
      if (numbers.size >= most) numbers.delete(numbers.keys().next().value!)
      numbers.set(keyOf(appId, openId), user)
    },
    forget: (appId, openId) => void numbers.delete(keyOf(appId, openId)),
  }
}
