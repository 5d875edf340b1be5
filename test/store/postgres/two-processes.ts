/** One database for a test file, emptied before each test, and two stores on it. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import type { Store } from '../../../server/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'

interface TwoProcesses {
  database: TestDatabase
  first: Store
  second: Store
}

export function twoProcesses(): () => TwoProcesses {
  let database: TestDatabase
  let two: TwoProcesses
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    const [first, second] = [createPostgresStore(database), createPostgresStore(database)]
    await Promise.all([first.ready(), second.ready()])
    await database.empty()
    two = { database, first, second }
  })
  afterEach(() => Promise.all([two.first.close(), two.second.close()]))
  return () => two
}
