import { afterAll, beforeAll } from '@jest/globals'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { endLeases } from '../../support/engines.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'
import { describeStore } from '../contract/describe-store.ts'

/** Holds PostgreSQL to the contract of stores, in one database that is emptied before each test. */
export function describePostgresStore(name: string, options: { batchWrites: boolean }): void {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  describeStore(name, async () => {
    await database.empty()
    const open = () => createPostgresStore({ url: database.url, ...options })
    let store = open()
    return {
      store,
      async restart() {
        await store.close()
        await database.run(endLeases)
        return (store = open())
      },
      close: () => store.close(),
    }
  })
}
