import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { createDatabase, type Database } from '../../../server/store/postgres/database.ts'
import { migrate } from '../../../server/store/postgres/migrate.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'
import { appId, form, nowMs } from '../builders.ts'

describe('migrations', () => {
  const one = { name: '1', sql: 'CREATE TABLE one (x int)' }
  const two = { name: '2', sql: 'CREATE TABLE two (x int)' }
  let database: TestDatabase
  let db: Database
  beforeEach(async () => {
    database = await createTestDatabase()
    db = createDatabase({
      url: database.url,
      connections: 4,
      world: { monotonic: createMonotonicClock() },
    })
  })
  afterEach(async () => {
    await db.close()
    await database.drop()
  })
  const applied = () => database.run('SELECT name FROM migrations ORDER BY name')

  it('are applied once, in their order', async () => {
    await migrate(db, [one])
    await migrate(db, [one, two])
    await migrate(db, [one, two])
    expect(await applied()).toEqual([{ name: '1' }, { name: '2' }])
  })

  it('happen wholly or not at all', async () => {
    await migrate(db, [one])
    const broken = { name: '2', sql: `${two.sql}; ${one.sql}` }
    await expect(migrate(db, [one, broken])).rejects.toThrow('"one" already exists')
    expect(await applied()).toEqual([{ name: '1' }])
    await migrate(db, [one, two])
  })

  it('refuse a database of a newer version', async () => {
    await migrate(db, [one, two])
    await expect(migrate(db, [one])).rejects.toThrow(/newer version.* 2\).*install that version/)
  })

  it('are applied by one of many processes that start at once', async () => {
    const stores = Array.from({ length: 6 }, () => createPostgresStore({ url: database.url }))
    await Promise.all(stores.map((store) => store.ready()))
    const answers = await Promise.all(
      stores.map((store) =>
        store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') }),
      ),
    )
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('are not needed again by an account that may change nothing', async () => {
    const first = createPostgresStore({ url: database.url })
    await first.ready()
    await first.close()
    const readOnly = `${database.url}?options=-c%20default_transaction_read_only%3Don`
    const store = createPostgresStore({ url: readOnly })
    await store.ready()
    expect(await store.findCredits(appId, 'ada', nowMs)).toEqual([])
    await store.close()
  })
})
