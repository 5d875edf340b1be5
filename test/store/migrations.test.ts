/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': 'bbdcd2900b7f1129ccebd765fd08776833259094db5ee24100cf49d23457838e',
  },
  PostgreSQL: {
    '0001-initial-schema': 'ac0b54d409e659ddacd7d140542961ec1391b4b6002f8f60ebad3271008bbd32',
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
