/** Where a served book lies, and how many processes share it. */
import { join } from 'node:path'
import type { DatabaseSettings } from '../../server/config/database.ts'
import { openStore } from '../../server/open-store.ts'
import { createMonotonicClock } from '../../server/runtime/world.ts'
import type { Store } from '../../server/store/store.ts'
import { createTestDatabase } from '../support/postgres/database.ts'

export interface Engine {
  name: string
  /** Server processes at one moment. */
  processes: number
  /** @param folder of the test, which is removed afterwards */
  create(folder: string): Promise<Place>
}

export interface Place {
  /** As `DATABASE_URL` takes it. */
  url: string
  /** The leases of a process that was killed are over: those of an engine that is shared would last a minute. */
  endLeases(): Promise<void>
  open(): Store
  drop(): Promise<void>
}

const store = (settings: DatabaseSettings) =>
  openStore(settings, { monotonic: createMonotonicClock() })

const sqlite: Engine = {
  name: 'one process on SQLite',
  processes: 1,
  async create(folder) {
    const path = join(folder, 'reach.db')
    return {
      url: `sqlite:${path}`,
      // Whoever opens the file ends those that he finds there.
      endLeases: async () => {},
      open: () => store({ engine: 'sqlite', path }),
      drop: async () => {},
    }
  },
}

const postgres: Engine = {
  name: 'two processes on PostgreSQL',
  processes: 2,
  async create() {
    const database = await createTestDatabase()
    return {
      url: database.url,
      async endLeases() {
        await database.run('UPDATE messages SET due = 0 WHERE state = 1')
      },
      open: () => store({ engine: 'postgres', url: database.url }),
      drop: () => database.drop(),
    }
  },
}

export const engines = [sqlite, postgres]
