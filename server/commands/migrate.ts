/**
 * Applies the migrations that are due, and nothing else: so it asks for the database alone, whose account may be another
 * than that of `serve`, which does the same when it starts.
 */
import { readDatabaseSettings } from '../config/config.ts'
import { openStore } from '../open-store.ts'
import { createMonotonicClock } from '../runtime/world.ts'
import type { Command } from './command.ts'

export const migrate: Command = async ({ env, print }) => {
  const store = openStore(readDatabaseSettings(env), { monotonic: createMonotonicClock() })
  try {
    await store.ready()
  } finally {
    await store.close()
  }
  print('The database is up to date.')
  return 0
}
