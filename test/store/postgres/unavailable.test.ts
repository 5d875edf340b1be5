/** What the database says of itself, and what those who asked are told. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import { createDatabase } from '../../../server/store/postgres/database.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { asStoreError } from '../../../server/store/postgres/unavailable.ts'
import type { Store } from '../../../server/store/store.ts'
import { createTestDatabase, testServer } from '../../support/postgres/database.ts'
import type { TestDatabase } from '../../support/postgres/database.ts'
import { appId, form, nowMs } from '../builders.ts'

const told = (code: string) =>
  asStoreError(Object.assign(new Error('in its words'), { code, detail: 'a row of somebody' }))

describe('an error of the database itself, not of a statement', () => {
  it.each([
    ['0A000', 'PostgreSQL 15'],
    ['25P02', 'undone'],
    ['25P03', 'gave a transaction up'],
    ['25P04', 'took too long'],
    ['26000', 'pooler'],
    ['28001', 'in its words'],
    ['3F000', 'restore a backup'],
    ['40003', 'ask again'],
    ['42501', 'docs/operations.md'],
    ['42703', 'migrate'],
    ['42P01', 'restore a backup'],
    ['42P05', 'pooler'],
    ['53200', 'out of memory'],
    ['55P03', 'locked for too long'],
    ['57014', 'took too long'],
    ['57P04', 'dropped'],
    ['57P05', 'idle_session_timeout'],
    ['58030', 'in its words'],
    ['72000', 'ask again'],
    ['XX001', 'restore a backup'],
    ['XX002', 'restore a backup'],
  ])('%s: cannot be used, with what to do', (code, words) => {
    const error = told(code)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect((error as Error).message).toMatch(/^The database cannot be used: /)
    expect((error as Error).message).toContain(words)
    expect(JSON.stringify((error as Error).cause)).not.toContain('somebody')
  })

  it.each(['22P02', '23505', '23514', '42601', 'XX000'])('%s is not one', (code) => {
    expect(told(code)).not.toBeInstanceOf(StoreUnavailableError)
  })
})

describe('a database that was altered under a server', () => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await createTestDatabase()
    store = createPostgresStore({ url: database.url })
    await store.ready()
  })
  afterEach(async () => {
    await store.close()
    await database.drop()
  })
  const record = () => store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })

  it('lost its tables: it says so', async () => {
    await database.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    const error: unknown = await record().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect((error as Error).message).toMatch(/does not hold the tables: .*restore a backup/)
  })

  it('took rights away: it says so', async () => {
    const role = new URL(database.url).pathname.slice(1).replace('test', 'role')
    await database.run(`CREATE ROLE ${role} LOGIN`)
    const url = database.url.replace(/[^/]*@/, `${role}@`)
    const other = createPostgresStore({ url })
    try {
      await database.run(`GRANT SELECT ON migrations TO ${role}`)
      await expect(other.ping()).rejects.toThrow(/lacks rights: .*docs\/operations\.md/)
      await expect(other.ping()).rejects.toBeInstanceOf(StoreUnavailableError)
    } finally {
      await other.close()
      await database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })
})

describe('a transaction that others beat every time', () => {
  it('tells that the database cannot be used, and not that the server made a mistake', async () => {
    const world = { monotonic: { ...createMonotonicClock(), wait: async () => {} } }
    const db = createDatabase({ url: testServer(), connections: 1, world })
    let tried = 0
    const lose = db.transact(async () => {
      tried += 1
      throw Object.assign(new Error('could not serialize'), { code: '40001' })
    })
    await expect(lose).rejects.toBeInstanceOf(StoreUnavailableError)
    expect(tried).toBeGreaterThan(1)
    await db.close()
  })
})
