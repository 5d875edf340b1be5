/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': 'd6fb0e7af3cf3ae3f29862bf94e8165919e1c1c0b431843383e3780da58f8afa',
  },
  PostgreSQL: {
    '0001-initial-schema': 'decb8eabc17784fbb3baf04af3e045701ec3179120116b6cc2d69e61516166d9',
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
