import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../../server/store/store.ts'
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
    const reader = openReader(path)
    expect(() => reader.exec('INSERT INTO t VALUES (1)')).toThrow('readonly')
    reader.close()
    writer.close()
  })

  it('says at the start that it cannot be written, with its name and what to do', async () => {
    const path = newPath()
    const store = createSqliteStore({ path })
    await store.close()
    const readOnly = `file:${path}?mode=ro`
    expect(() => openWriter(readOnly)).toThrow(`${readOnly} cannot be written`)
    expect(() => openWriter(readOnly)).toThrow(/let the user that runs this server write/)
  })

  it('keeps acknowledged writes when it is opened again', async () => {
    const path = newPath()
    const first = createSqliteStore({ path })
    await first.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    await first.close()
    const second = createSqliteStore({ path })
    expect(await second.findCredits(appId, 'ada', nowMs)).toMatchObject([{ ref: 'f1' }])
    await second.close()
  })

  it('finishes queued calls before it closes, and refuses later ones', async () => {
    const store = createSqliteStore({ path: newPath() })
    const credit = { appId, openId: 'ada', nowMs, credit: form('f1') }
    const queued = store.recordCredit(credit)
    await store.close()
    expect(await queued).toBe('accepted')
    const closed = new StoreUnavailableError('The database is closed.')
    await expect(store.recordCredit(credit)).rejects.toThrow(closed)
    await expect(store.findCredits(appId, 'ada', nowMs)).rejects.toThrow(closed)
    await expect(store.findCredits(appId, 'ada', nowMs)).rejects.toBeInstanceOf(
      StoreUnavailableError,
    )
  })

  it('leaves nothing behind when it cannot be opened', () => {
    const path = newPath().replace('book.db', 'no-such-folder/book.db')
    expect(() => createSqliteStore({ path })).toThrow(/DATABASE_URL .*no-such-folder.*make it/)
    expect(existsSync(path)).toBe(false)
  })

  it('can be read by its owner alone, with its log and the files of a killed server', async () => {
    const path = newPath()
    const [owner, wal, shm] = [`${path}.owner`, `${path}-wal`, `${path}-shm`]
    const killed = openWriter(path)
    killed.exec('CREATE TABLE t (x)')
    for (const file of [path, wal, shm]) chmodSync(file, 0o644)
    const store = createSqliteStore({ path })
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    const modes = [path, wal, shm, owner].map((file) => statSync(file).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600])
    await store.close()
    killed.close()
  })

  it('is created for its owner alone', async () => {
    const path = newPath()
    const store = createSqliteStore({ path })
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
    const names = readdirSync(dirname(path))
    expect(names).toEqual(expect.arrayContaining(['book.db', 'book.db-wal', 'book.db.owner']))
    const modes = names.map((name) => statSync(join(dirname(path), name)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    await store.close()
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

  it('are applied completely or not at all', () => {
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
