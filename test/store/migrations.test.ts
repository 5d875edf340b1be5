/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': '1c0949170fc76623c562723e9a6945fbda1d952275e84f538278778b705f1f98',
  },
  PostgreSQL: {
    '0001-initial-schema': 'b77ca7cf4cb1d124310b993e862f32c998309925311335dc6144129793fa3a85',
  },
}

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
] as const)('a migration of %s', (engine, migrations) => {
  it('that was published is never edited, renamed, moved or taken away', () => {
    const texts = migrations.map(({ name, sql }) => [name, hash('sha256', sql)])
    expect(texts).toEqual(Object.entries(published[engine]))
  })
})
