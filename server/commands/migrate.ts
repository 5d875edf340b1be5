/** Applies the migrations that are due, and nothing else. `serve` does the same when it starts. */
import { readConfig } from '../config.ts'
import { openStore } from '../store/open-store.ts'
import { createMonotonicClock } from '../world.ts'
import type { Command } from './command.ts'

export const migrate: Command = async ({ env, print }) => {
  const { database } = readConfig(env, { allowDemo: true })
  const store = openStore(database, { monotonic: createMonotonicClock() })
  try {
    await store.ready()
  } finally {
    await store.close()
  }
  print('The database is up to date.')
  return 0
}
