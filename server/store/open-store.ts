import { createPostgresStore } from './postgres/store.ts'
import type { PostgresStoreOptions } from './postgres/store.ts'
import { createSqliteStore } from './sqlite/store.ts'
import type { Store } from './store.ts'
import type { Log, MonotonicClock } from '../world.ts'

/** Where the book is kept. */
export type DatabaseSettings =
  | { engine: 'sqlite'; path: string }
  | ({ engine: 'postgres' } & Pick<PostgresStoreOptions, 'url' | 'connections' | 'takeMany'>)

/**
 * Opens the book with the engine that the settings name. A SQLite file is opened here and now; PostgreSQL is asked for
 * when it is needed first, and `ready` tells whether it is there.
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
