import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Operation, Sql } from '../../../server/store/sql.ts'
import { openWriter, type Database } from '../../../server/store/sqlite/database.ts'
import { createInlineCommitter, createWriter } from '../../../server/store/sqlite/writer.ts'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import { temporaryPaths } from './folder.ts'

describe('the writer', () => {
  const newPath = temporaryPaths()
  let db: Database
  beforeEach(() => {
    db = openWriter(newPath())
    db.exec('CREATE TABLE t (x INTEGER PRIMARY KEY CHECK (x < 100), filler BLOB)')
  })
  afterEach(() => db.close())

  const operations = {
    add: (sql: Sql, x: number) => sql.run('INSERT INTO t (x) VALUES ($1)', x),
    addAndThrow: function* (sql: Sql, x: number): Operation<never> {
      yield* sql.run('INSERT INTO t (x) VALUES ($1)', x)
      throw new Error('after it wrote')
    },
    fill: (sql: Sql, bytes: number) =>
      sql.run('INSERT INTO t (filler) VALUES ($1)', Buffer.alloc(bytes)),
  }
  const writerOf = (connection: Parameters<typeof createInlineCommitter>[0]) =>
    createWriter<typeof operations>(createInlineCommitter(connection, operations), () => 0)
  const rows = () =>
    db
      .prepare('SELECT x FROM t ORDER BY x')
      .all()
      .map(({ x }) => x as number)

  it('commits all queued calls in one transaction', async () => {
    const commits: string[] = []
    const watched = {
      exec(text: string) {
        commits.push(text)
        db.exec(text)
      },
      prepare: (text: string) => db.prepare(text),
      close: () => db.close(),
      get isTransaction() {
        return db.isTransaction
      },
    }
    const writer = writerOf(watched)
    await Promise.all([1, 2, 3].map((x) => writer.run('add', x)))
    expect(commits).toEqual(['BEGIN IMMEDIATE', 'COMMIT'])
    await writer.run('add', 4)
    expect(commits).toHaveLength(4)
    expect(rows()).toEqual([1, 2, 3, 4])
  })

  it('undoes an operation that throws, and commits the others of its group', async () => {
    const writer = writerOf(db)
    const results = await Promise.allSettled([
      writer.run('add', 1),
      writer.run('addAndThrow', 2),
      writer.run('add', 1),
      writer.run('add', 200),
      writer.run('add', 3),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    expect(rows()).toEqual([1, 3])
  })

  it('reports a full database as unavailable, and goes on when there is room', async () => {
    const writer = writerOf(db)
    db.exec('PRAGMA max_page_count = 10')
    const results = await Promise.allSettled([writer.run('add', 1), writer.run('fill', 100_000)])
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: expect.any(StoreUnavailableError) },
    ])
    db.exec('PRAGMA max_page_count = 1000')
    await writer.run('fill', 100_000)
    expect(rows()).toEqual([1, 2])
  })
})
