/**
 * Applies the migrations that are due. `serve` does the same when it starts. This command needs the
 * database settings only, so that a database account with more rights than that of `serve` can run
 * it.
 */
import { readDatabaseSettings } from '../config/config.ts'
import { distributeTables, openStore } from '../open-store.ts'
import { createMonotonicClock } from '../runtime/world.ts'
import type { DatabaseSettings } from '../config/database.ts'
import { UsageError, type Command, type OptionSpecs } from './command.ts'

export const migrateOptions = {
  distribute: {
    type: 'boolean',
    does: 'spread the tables over the workers of Citus (again after each migration)',
  },
} as const satisfies OptionSpecs

export const migrate: Command<typeof migrateOptions> = async ({ env, print, options = {} }) => {
  const settings = readDatabaseSettings(env)
  const world = { monotonic: createMonotonicClock() }
  const store = openStore(withoutKind(settings), world)
  try {
    await store.ready()
  } finally {
    await store.close()
  }
  print('The database is up to date.')
  if (!options.distribute) return 0
  if (settings.engine === 'sqlite') {
    throw new UsageError('--distribute is for Citus: set DATABASE_URL to its coordinator.')
  }
  const moved = await distributeTables(settings.url, world)
  print(moved.length > 0 ? `Distributed: ${moved.join(', ')}.` : 'All tables were distributed.')
  return 0
}

/** The tables are not distributed yet when this command first runs. */
function withoutKind(settings: DatabaseSettings): DatabaseSettings {
  if (settings.engine === 'sqlite') return settings
  const { kind: _, ...rest } = settings
  return rest
}
