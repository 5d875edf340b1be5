/** Errors of PostgreSQL, and what the store makes of them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { StoreUnavailableError, type Store } from '../../../server/store/store.ts'
import { createDatabase } from '../../../server/store/postgres/database.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { asStoreError, breaksConnection } from '../../../server/store/postgres/unavailable.ts'
import { createTestDatabase, testServer } from '../../support/postgres/database.ts'
import type { TestDatabase } from '../../support/postgres/database.ts'
import { appId, form, nowMs } from '../builders.ts'

const storeErrorOf = (code: string) =>
  asStoreError(Object.assign(new Error('original message'), { code, detail: 'a row of a user' }))

describe('an error that concerns the database and not a statement', () => {
  it.each([
    ['0A000', 'PostgreSQL 15'],
    ['25P02', 'undone'],
    ['25P03', 'gave a transaction up'],
    ['25P04', 'took too long'],
    ['26000', 'pooler'],
    ['28001', 'original message'],
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
    ['58030', 'original message'],
    ['72000', 'ask again'],
    ['XX001', 'restore a backup'],
    ['XX002', 'restore a backup'],
  ])('%s: the database cannot be used, and the message says what to do', (code, words) => {
    const error = storeErrorOf(code)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect((error as Error).message).toMatch(/^The database cannot be used: /)
    expect((error as Error).message).toContain(words)
    expect(JSON.stringify((error as Error).cause)).not.toContain('a row of a user')
  })

  it.each([
    'failure on connection marked as essential: 10.0.0.7:5432',
    'could not commit transaction for shard 102008 on any active node',
  ])('a worker of Citus that fails says who is served, and costs no connection: %s', (message) => {
    const original = Object.assign(new Error(message), { code: 'XX000' })
    expect(breaksConnection(original)).toBe(false)
    const error = asStoreError(original)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect((error as Error).message).toContain('users of other shards are served')
  })

  it('costs the connection where it is not of a worker', () => {
    const original = Object.assign(new Error('original message'), { code: '57P01' })
    expect(breaksConnection(original)).toBe(true)
  })

  it.each(['22P02', '23505', '23514', '42601', 'XX000'])(
    '%s is an error of the statement',
    (code) => {
      expect(storeErrorOf(code)).not.toBeInstanceOf(StoreUnavailableError)
    },
  )
})

describe('a database that was changed while a server runs', () => {
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

  it('and lost its tables: the error says so', async () => {
    await database.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    const error: unknown = await record().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailableError)
    expect((error as Error).message).toMatch(/does not hold the tables: .*restore a backup/)
  })

  it('and revoked rights: the error says so', async () => {
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

describe('a transaction that conflicts with others at every attempt', () => {
  it('ends with the error of an unavailable database, not with an internal error', async () => {
    const world = { monotonic: { ...createMonotonicClock(), wait: async () => {} } }
    const db = createDatabase({ url: testServer(), connections: 1, world })
    let attempts = 0
    const failing = db.transact(async () => {
      attempts += 1
      throw Object.assign(new Error('could not serialize'), { code: '40001' })
    })
    await expect(failing).rejects.toBeInstanceOf(StoreUnavailableError)
    expect(attempts).toBeGreaterThan(1)
    await db.close()
  })
})
