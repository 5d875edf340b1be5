/**
 * Applies the migrations that are due. `serve` does the same when it starts. This command needs the
 * database settings only, so that a database account with more rights than that of `serve` can run
 * it.
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
