/**
 * Tries the very statements of docs/operations.md: the account that they create has enough rights.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'
import { appId, day, form, message, nowMs, signIn } from '../builders.ts'

const docs = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8')
const grants = /```sql\n([^`]+)```/.exec(docs)![1]!

let database: TestDatabase
let role: string
beforeEach(async () => {
  database = await createTestDatabase()
  role = `reach_role_${randomBytes(6).toString('hex')}`
  await database.run(grants.replaceAll(/\breach\b/g, role))
})
afterEach(async () => {
  await database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  await database.drop()
})

it('an account with the rights of docs/operations.md does all but migrate', async () => {
  const store = createPostgresStore({ url: database.url.replace('postgres@', `${role}@`) })
  await expect(store.ready()).rejects.toThrow(/lacks rights/)

  const migrating = createPostgresStore({ url: database.url })
  await migrating.ready()
  await migrating.close()

  await store.signIn(signIn('ada'))
  await store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
  expect(await store.openMessage(message('key'))).toMatchObject({ was: 'reserved' })
  await store.suspendChannel({
    appId,
    channel: 'template',
    kind: 'pause',
    untilMs: nowMs,
    atMs: nowMs,
    reason: { code: 'quota', detail: 'used up' },
  })
  expect(await store.sweep({ nowMs: nowMs + 30 * day })).toBeGreaterThan(0)
  await store.close()
})
