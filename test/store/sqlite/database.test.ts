import { existsSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { openReader, openWriter, pragma } from '../../../server/store/sqlite/database.ts'
import { migrate } from '../../../server/store/sqlite/migrate.ts'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { appId, form, nowMs } from '../builders.ts'
import { temporaryPaths } from './folder.ts'

describe('the database file', () => {
  const newPath = temporaryPaths()

  it('syncs each commit of a write-ahead log to the disk', () => {
    const path = newPath()
    const db = openWriter(path)
    const fullIs = 2
    expect(pragma(db, 'synchronous')).toBe(fullIs)
    expect(pragma(db, 'journal_mode')).toBe('wal')
    db.close()
  })

  it('is read by a connection that cannot write', () => {
    const path = newPath()
    const writer = openWriter(path)
    writer.exec('CREATE TABLE t (x)')
    const reader = openReader(path, writer)
    expect(() => reader.exec('INSERT INTO t VALUES (1)')).toThrow('readonly')
    reader.close()
    writer.close()
  })

  it('keeps what was acknowledged when it is opened again', async () => {
    const path = newPath()
    const first = createSqliteStore({ path })
    await first.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    await first.close()
    const second = createSqliteStore({ path })
    expect(await second.findCredits(appId, 'ada', nowMs)).toMatchObject([{ ref: 'f1' }])
    await second.close()
  })

  it('finishes what is queued before it closes, and refuses what comes after', async () => {
    const store = createSqliteStore({ path: newPath() })
    const credit = { appId, openId: 'ada', nowMs, credit: form('f1') }
    const queued = store.recordCredit(credit)
    await store.close()
    expect(await queued).toBe('accepted')
    await expect(store.recordCredit(credit)).rejects.toThrow('closed')
  })

  it('leaves nothing behind when it cannot be opened', () => {
    const path = newPath().replace('book.db', 'no-such-folder/book.db')
    expect(() => createSqliteStore({ path })).toThrow('no-such-folder')
    expect(existsSync(path)).toBe(false)
  })
})

describe('migrations', () => {
  const newPath = temporaryPaths()
  const one = { name: '1', sql: 'CREATE TABLE one (x)' }
  const two = { name: '2', sql: 'CREATE TABLE two (x)' }

  it('are applied once, in their order', () => {
    const db = openWriter(newPath())
    migrate(db, [one])
    migrate(db, [one, two])
    expect(db.prepare('SELECT name FROM migrations ORDER BY name').all()).toHaveLength(2)
    db.close()
  })

  it('happen wholly or not at all', () => {
    const db = openWriter(newPath())
    const broken = { name: '2', sql: 'CREATE TABLE two (x); CREATE TABLE one (x)' }
    expect(() => migrate(db, [one, broken])).toThrow('one')
    expect(() => db.prepare('SELECT * FROM two')).toThrow('no such table')
    migrate(db, [one, two])
    db.close()
  })

  it('refuse a file of a newer version', () => {
    const db = openWriter(newPath())
    migrate(db, [one, two])
    expect(() => migrate(db, [one])).toThrow('newer version')
    db.close()
  })
})
