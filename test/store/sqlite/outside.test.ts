/** What other programs do to the file while a server has it open. */
import { linkSync, renameSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { DatabaseSync } from '@photostructure/sqlite'
import { StoreUnavailableError, type Store } from '../../../server/store/store.ts'
import type { Database } from '../../../server/store/sqlite/database.ts'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { appId, form, nowMs } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

const newPath = temporaryPaths()
const credit = (n: number) => ({ appId, openId: 'ada', nowMs, credit: form(`f${n}`) })

describe('a file that other programs use', () => {
  let store: Store | undefined
  let other: Database | undefined
  afterEach(async () => {
    if (other?.isOpen) other.close()
    await store?.close()
    store = other = undefined
  })
  function open(path = newPath()) {
    store = createSqliteStore({ path })
    return { path, store }
  }

  it('fails all waiting calls together while it is locked', async () => {
    const { path, store: locked } = open()
    await locked.recordCredit(credit(0))
    other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const startedAt = performance.now()
    const asked = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map((n) => locked.recordCredit(credit(n))),
    )
    // The wait for a lock is two seconds: once for all, or twice if one call came a turn earlier.
    expect(performance.now() - startedAt).toBeLessThan(6_000)
    for (const one of asked) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) })
    }
    other.exec('ROLLBACK')
    expect(await locked.recordCredit(credit(1))).toBe('accepted')
  }, 15_000)

  it('is not ready while it is locked', async () => {
    const { path, store: locked } = open()
    await locked.ping()
    other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    await expect(locked.ping()).rejects.toBeInstanceOf(StoreUnavailableError)
    other.exec('ROLLBACK')
    await locked.ping()
  }, 15_000)

  it('acknowledges nothing after it was deleted', async () => {
    const { path, store: orphan } = open()
    await orphan.recordCredit(credit(1))
    rmSync(path)
    await expect(orphan.recordCredit(credit(2))).rejects.toThrow(
      /deleted or replaced .* stop the server/,
    )
    await expect(orphan.ping()).rejects.toBeInstanceOf(StoreUnavailableError)
  })

  it('acknowledges nothing after it was replaced', async () => {
    const { path, store: replaced } = open()
    await replaced.recordCredit(credit(1))
    other = new DatabaseSync(path)
    other.exec(`VACUUM INTO '${path}.copy'`)
    renameSync(`${path}.copy`, path)
    await expect(replaced.recordCredit(credit(2))).rejects.toThrow(/deleted or replaced/)
  })

  it('is not opened if it has two names, since each has its own lock', () => {
    const path = newPath()
    new DatabaseSync(path).close()
    linkSync(path, `${path}.link`)
    for (const name of [path, `${path}.link`]) {
      expect(() => createSqliteStore({ path: name })).toThrow(/hard link/)
    }
  })

  it('takes writes during a long read, and shrinks its log afterwards', async () => {
    const { path, store: written } = open()
    await written.recordCredit(credit(0))
    other = new DatabaseSync(path, { readOnly: true })
    other.exec('BEGIN')
    other.prepare('SELECT count(*) FROM credits').get()
    const bytes = Buffer.alloc(256 * 1024, 1)
    const keep = (n: number) =>
      written.keepMedia({ appId, mediaId: `m${n}`, type: 'png', bytes, endsAtMs: nowMs, nowMs })
    for (let n = 0; n < 200; n++) await keep(n)
    other.exec('ROLLBACK')
    for (let n = 200; n < 300; n++) await keep(n)
    expect((await written.findMediaBytes(appId, 'm299'))?.length).toBe(bytes.length)
  }, 20_000)
})
