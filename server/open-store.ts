import type { DatabaseSettings } from './config/database.ts'
import type { Log, MonotonicClock } from './runtime/world.ts'
import type { Inspection } from './store/inspection.ts'
import { createDatabase } from './store/postgres/database.ts'
import { distribute } from './store/postgres/distribute.ts'
import { inspectPostgres } from './store/postgres/inspect.ts'
import { createPostgresStore } from './store/postgres/store.ts'
import { inspectSqlite } from './store/sqlite/inspect.ts'
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

/**
 * Opens the database to look at it: nothing is created, migrated or locked, so that a server may
 * have it open. PostgreSQL is connected on first use.
 *
 * @returns `undefined` when a SQLite file does not exist yet
 * @throws when it cannot be read
 */
export function openInspection(
  database: DatabaseSettings,
  world: { monotonic: MonotonicClock },
): Inspection | undefined {
  switch (database.engine) {
    case 'sqlite':
      return inspectSqlite(database.path)
    case 'postgres':
      return inspectPostgres({ url: database.url, world })
    default:
      return database satisfies never
  }
}

/**
 * Spreads the tables over the workers of Citus. May run again.
 *
 * @returns the tables that it distributed
 * @throws if the database has no Citus
 */
export async function distributeTables(
  url: string,
  world: { monotonic: MonotonicClock },
): Promise<string[]> {
  const db = createDatabase({ url, connections: 1, world })
  try {
    return await distribute(db)
  } finally {
    await db.close()
  }
}
