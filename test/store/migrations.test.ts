/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': 'b89ad4437190a0473200fd85cb52bcb106231e924ca9edcc3168fa77f717407e',
  },
  PostgreSQL: {
    '0001-initial-schema': '5d11ea7da17d6dd601e928f93d079e884239c87eb903b1e3ae59c0e6fdeaf91a',
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
