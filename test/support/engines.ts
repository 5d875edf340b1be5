/** The databases that the book is proved on, each with empty ones for a test to take. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Store } from '../../server/store/store.ts'
import { createTestDatabase } from './postgres/database.ts'

export interface Scratch {
  /** What DATABASE_URL takes. */
  url: string
  open(): Store
  /** Forgets all that is in it. Close every store before. */
  empty(): Promise<void>
  /** Every lease that a process left has ended. */
  timePasses(): Promise<void>
  drop(): Promise<void>
}

export interface Engine {
  name: string
  /** Whether several processes may share one database. */
  isShared: boolean
  scratch(): Promise<Scratch>
}

const sqlite: Engine = {
  name: 'SQLite',
  isShared: false,
  async scratch() {
    const folder = mkdtempSync(join(tmpdir(), 'reach-engine-'))
    let path = ''
    let made = 0
    const empty = async () => void (path = join(folder, `book-${(made += 1)}.db`))
    await empty()
    return {
      get url() {
        return `sqlite:${path}`
      },
      open: () => createSqliteStore({ path }),
      empty,
      // Who opens the file next finds none of them.
      timePasses: async () => {},
      drop: async () => rmSync(folder, { recursive: true }),
    }
  },
}

/** Makes time pass for what dead processes of PostgreSQL left. */
export const endLeases = `
  UPDATE messages SET due = 0 WHERE state = 1;
  UPDATE tokens SET until = 0 WHERE until IS NOT NULL`

const postgres: Engine = {
  name: 'PostgreSQL',
  isShared: true,
  async scratch() {
    const database = await createTestDatabase()
    const { url } = database
    const timePasses = async () => void (await database.run(endLeases))
    return { ...database, timePasses, open: () => createPostgresStore({ url }) }
  },
}

export const engines: readonly Engine[] = [sqlite, postgres]
