import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { createFakeWorld } from '../../support/fake-world.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'

describe('a database that promises less than the ledger', () => {
  let database: TestDatabase
  beforeEach(async () => void (database = await createTestDatabase()))
  afterEach(() => database.drop())

  /** What is logged at a start whose connections have the setting. */
  async function linesWith(setting: string): Promise<string[]> {
    const world = createFakeWorld()
    const url = `${database.url}?options=-c%20${encodeURIComponent(setting)}`
    const store = createPostgresStore({ url, world })
    await store.ready()
    await store.ready()
    await store.close()
    return world.lines
  }

  it('is reported once at the start, with what to do: synchronous_commit is off', async () => {
    const lines = await linesWith('synchronous_commit=off')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/"warn".*acknowledged may be lost.*Set it to on/)
  })

  it.each(['on', 'local', 'remote_write', 'remote_apply'])(
    'is not: synchronous_commit is %s',
    async (value) => {
      expect(await linesWith(`synchronous_commit=${value}`)).toEqual([])
    },
  )
})
