/** The database engines that the ledger is tested on. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { DatabaseSettings } from '../../server/config/database.ts'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Store } from '../../server/store/store.ts'
import { createTestDatabase } from './postgres/database.ts'

export interface Engine {
  name: string
  /** How many processes may share one database; one process is all that SQLite takes. */
  processes: 1 | 2
  createDatabase(): Promise<EngineDatabase>
}

export interface EngineDatabase {
  /** As DATABASE_URL takes it. */
  url: string
  /** @param world its clock runs leases and backoff on SQLite; PostgreSQL has its own */
  open(world?: Parameters<typeof createSqliteStore>[0]['world']): Store
  /** Deletes all rows. Every store must be closed. */
  empty(): Promise<void>
  /** Ends the leases of processes that died. Those of a shared engine would last a minute. */
  endLeases(): Promise<void>
  /** As `endLeases`, and makes messages due that wait for another try. */
  endWaits(): Promise<void>
  /** Of all credits, while a server has the database. */
  reservedUses(): Promise<number>
  drop(): Promise<void>
}

const sqlite: Engine = {
  name: 'SQLite',
  processes: 1,
  async createDatabase() {
    const folder = mkdtempSync(join(tmpdir(), 'reach-engine-'))
    let files = 0
    const path = () => join(folder, `reach-${files}.db`)
    return {
      get url() {
        return `sqlite:${path()}`
      },
      open: (world) => createSqliteStore({ path: path(), ...(world && { world }) }),
      empty: async () => void (files += 1),
      // The next process that opens the file ends them.
      endLeases: async () => {},
      // They are on the clock that `open` was given.
      endWaits: async () => {},
      async reservedUses() {
        const database = new DatabaseSync(path(), { readOnly: true })
        const row = database.prepare(reservedUses).get() as { uses: number }
        database.close()
        return row.uses
      },
      drop: async () => rmSync(folder, { recursive: true }),
    }
  },
}

/** Makes every lease look as old as one of a dead process. */
export const endLeases = `
  UPDATE messages SET due = 0 WHERE state = 1;
  UPDATE webhook_deliveries SET due = 0 WHERE due IS NOT NULL;
  UPDATE broadcast_recipients SET lease_ends = 0 WHERE lease_ends IS NOT NULL;
  UPDATE tokens SET until = 0 WHERE until IS NOT NULL;
  UPDATE wxa_codes SET due = 0 WHERE state = 1`

const reservedUses = 'SELECT coalesce(sum(reserved), 0) AS uses FROM credits'

const postgres: Engine = {
  name: 'PostgreSQL',
  processes: 2,
  async createDatabase() {
    const database = await createTestDatabase()
    const { url } = database
    return {
      ...database,
      open: () => createPostgresStore({ url }),
      endLeases: async () => void (await database.run(endLeases)),
      endWaits: async () =>
        void (await database.run(`${endLeases}; UPDATE messages SET due = 0 WHERE state = 0`)),
      reservedUses: async () =>
        Number(((await database.run(reservedUses)) as [{ uses: string }])[0].uses),
    }
  },
}

/** Tested on request alone: nothing of it is installed with npm. */
const citus: Engine = { ...postgres, name: 'Citus' }

/** The settings of a server on a database. */
export const databaseSettings = (url: string): DatabaseSettings =>
  url.startsWith('sqlite:')
    ? { engine: 'sqlite', path: url.slice('sqlite:'.length) }
    : { engine: 'postgres', url }

/** TEST_ENGINE names the only one to test, such as `PostgreSQL`. */
export const engines: readonly Engine[] = chosen([sqlite, postgres], process.env.TEST_ENGINE)

function chosen(all: readonly Engine[], name?: string): readonly Engine[] {
  if (!name) return all
  if (name === citus.name) return [citus]
  const found = all.find((engine) => engine.name === name)
  if (found) return [found]
  const names = all.map((engine) => engine.name).join(' or ')
  throw new Error(`TEST_ENGINE is ${name}: name ${names}, or leave it out for all.`)
}

/** For titles: how many processes work on which engine. */
export const processesOn = ({ processes, name }: Engine): string =>
  `${processes === 1 ? 'one process' : 'two processes'} on ${name}`
