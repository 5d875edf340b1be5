import { afterAll, beforeAll } from '@jest/globals'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import { createTestDatabase } from '../support/postgres/database.ts'
import type { TestDatabase } from '../support/postgres/database.ts'
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
        await database.run(timePasses)
        return (store = open())
      },
      close: () => store.close(),
    }
  })
}

/** Here a lease is over when its time is, and not when its process has died. */
const timePasses = `
  UPDATE messages SET due = 0 WHERE state = 1;
  UPDATE tokens SET until = 0 WHERE until IS NOT NULL;
  UPDATE wxa_codes SET due = 0 WHERE state = 1`
