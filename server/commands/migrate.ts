/** Applies the migrations that are due, and nothing else. `serve` does the same when it starts. */
import { readConfig } from '../config.ts'
import { createSqliteStore } from '../store/sqlite/store.ts'
import { createMonotonicClock, createSystemClock, silentLog, systemRandom } from '../world.ts'
import type { Command } from './command.ts'

export const migrate: Command = async ({ env, print }) => {
  const { database } = readConfig(env, { allowDemo: true })
  const world = {
    clock: createSystemClock(),
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
  }
  const store = createSqliteStore({ path: database.path, world })
  await store.close()
  print('The database is up to date.')
  return 0
}
