/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': '7498ab621e20d9ff008472efb511a33b79683fd1fd828f2b56efc0fdd200c65c',
  },
  PostgreSQL: {
    '0001-initial-schema': 'a2aa2d0362e989cb4f1fa8e35e99f68f3fe03103f614981ba8d227b13e0b5816',
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
