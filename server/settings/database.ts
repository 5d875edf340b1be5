/** Where the book is kept, from DATABASE_URL and what goes with it. */
import type { DatabaseSettings } from '../store/open-store.ts'
import type { Environmental } from './environment.ts'
import * as values from './values.ts'

/** `undefined`: a problem was noted. */
export function readDatabase(env: Environmental): DatabaseSettings | undefined {
  const named = env.required(
    'DATABASE_URL',
    'set it to sqlite:PATH, such as sqlite:./data/reach.db, or to postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    values.databaseUrl,
  )
  const connections = env.optional('REACH_DATABASE_CONNECTIONS', values.integer(2, 1_000))
  const takeMany = env.optional('REACH_TAKE_MANY', values.trueOrFalse)
  if (named?.engine !== 'postgres') return named
  return {
    ...named,
    ...(connections !== undefined && { connections }),
    ...(takeMany !== undefined && { takeMany }),
  }
}
