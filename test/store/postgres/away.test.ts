import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError, type Store } from '../../../server/store/store.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'
import { createDatabaseProxy, type DatabaseProxy } from '../../support/postgres/proxy.ts'
import { appId, form, message, nowMs } from '../builders.ts'

describe('a database that goes away', () => {
  let database: TestDatabase
  let proxy: DatabaseProxy
  let store: Store
  beforeEach(async () => {
    database = await createTestDatabase()
    proxy = await createDatabaseProxy()
    const url = new URL(proxy.to(database.url))
    url.password = 'a-secret'
    store = createPostgresStore({ url: url.href })
  })
  afterEach(async () => {
    await store.close()
    await proxy.cut().catch(() => {})
    await database.drop()
  })
  const record = (ref: string) =>
    store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })

  it('is reported by every operation, and is used again once it is reachable', async () => {
    await record('f1')
    await proxy.cut()
    const operations = [
      record('f2'),
      store.openMessage(message('key')),
      store.findCredits(appId, 'ada', nowMs),
      store.ping(),
    ]
    for (const one of operations) {
      const error = await one.then(
        () => undefined,
        (reason: Error) => reason,
      )
      expect(error).toBeInstanceOf(StoreUnavailableError)
      expect(error?.message).toMatch(/^The database cannot be used: .+\.$/)
      expect(error?.message).not.toContain('a-secret')
    }
    await proxy.mend()
    expect(await record('f2')).toBe('accepted')
    expect(await store.openMessage(message('key'))).toMatchObject({ was: 'reserved' })
  })

  it('may be unreachable at first: a repeated request succeeds', async () => {
    await proxy.cut()
    await expect(store.ready()).rejects.toThrow(/nothing listens.*DATABASE_URL/)
    await expect(record('f1')).rejects.toBeInstanceOf(StoreUnavailableError)
    await proxy.mend()
    await store.ready()
    expect(await record('f1')).toBe('accepted')
  })

  it('does not end the process by an error on an idle connection', async () => {
    await record('f1')
    await database.run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
    const answers = await Promise.allSettled([record('f2'), record('f3')])
    const reasons = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(reasons.filter((reason) => !(reason instanceof StoreUnavailableError))).toEqual([])
    expect(await record('f4')).toBe('accepted')
  })

  it('is not there under another name, which it says', async () => {
    const url = database.url.replace(/\/reach_test_\w+$/, '/no_such_database')
    const other = createPostgresStore({ url })
    await expect(other.ready()).rejects.toThrow(/does not hold the database.*create it/)
    await other.close()
  })

  it('is read-only: it says so', async () => {
    await store.ready()
    await database.run(
      `DO $$ BEGIN EXECUTE format(
         'ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
       END $$`,
    )
    const other = createPostgresStore({ url: database.url })
    const write = other.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    await expect(write).rejects.toThrow(/cannot be used: it is read-only/)
    await other.close()
  })

  it('that is closed refuses what comes after', async () => {
    const queued = record('f1')
    await store.close()
    await expect(queued).resolves.toBe('accepted')
    await expect(record('f2')).rejects.toThrow(new StoreUnavailableError('The database is closed.'))
  })
})
