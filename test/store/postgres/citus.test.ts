import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createUserNames } from '../../../server/store/postgres/citus-dialect.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import type { UserNumber } from '../../../server/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'

const [one, two, three] = [1, 2, 3] as UserNumber[] as [UserNumber, UserNumber, UserNumber]

describe('the users that a process on Citus remembers', () => {
  it('are told apart by their app, and forgotten one by one', () => {
    const names = createUserNames(10)
    names.remember('wx1', 'ada', one)
    names.remember('wx2', 'ada', two)
    names.forget('wx1', 'ada')
    expect([names.get('wx1', 'ada'), names.get('wx2', 'ada')]).toEqual([undefined, two])
  })

  it('are bounded: the one that was remembered first is forgotten first', () => {
    const names = createUserNames(2)
    names.remember('wx1', 'ada', one)
    names.remember('wx1', 'bob', two)
    names.remember('wx1', 'cyd', three)
    const found = ['ada', 'bob', 'cyd'].map((openId) => names.get('wx1', openId))
    expect(found).toEqual([undefined, two, three])
  })
})

describe('a database whose tables are not distributed', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it.each(['postgres', undefined] as const)('is opened with REACH_ENGINE %s', async (kind) => {
    const store = createPostgresStore({ url: database.url, ...(kind && { kind }) })
    await expect(store.ping()).resolves.toBeUndefined()
    await store.close()
  })

  it('is refused with REACH_ENGINE citus, with what to do', async () => {
    const store = createPostgresStore({ url: database.url, kind: 'citus' })
    await expect(store.ready()).rejects.toThrow(/wx-reach-server migrate --distribute/)
    await expect(store.ready()).rejects.toThrow(/REACH_ENGINE/)
    await store.close()
  })
})
