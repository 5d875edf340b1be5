import { afterAll, beforeAll } from '@jest/globals'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import { createTestDatabase } from '../support/postgres/database.ts'
import type { TestDatabase } from '../support/postgres/database.ts'
import { endLeases } from '../support/engines.ts'
import { describeStore } from './contract.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

for (const batchWrites of [true, false]) {
  describeStore(batchWrites ? 'PostgreSQL' : 'PostgreSQL, each request alone', async () => {
    await database.empty()
    const open = () => createPostgresStore({ url: database.url, batchWrites })
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
