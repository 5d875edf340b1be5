import type { DatabaseSettings } from './config/database.ts'
import type { Log, MonotonicClock } from './runtime/world.ts'
import { createPostgresStore } from './store/postgres/store.ts'
import { createSqliteStore } from './store/sqlite/store.ts'
import type { Store } from './store/store.ts'

/**
 * Opens the store with the engine that the settings name. A SQLite file is opened at once;
 * PostgreSQL is connected on first use, and `ready` reports whether it is available.
 *
 * @throws of SQLite: when the file cannot be opened, or another process owns it
 */
export function openStore(
  database: DatabaseSettings,
  world: { monotonic: MonotonicClock; log?: Log },
): Store {
  switch (database.engine) {
    case 'sqlite':
      return createSqliteStore({ path: database.path, world })
    case 'postgres':
      return createPostgresStore({ ...database, world })
    default:
      return database satisfies never
  }
}
