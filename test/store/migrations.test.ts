/** What was published is never edited: a database that has applied it would not hear of the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrations/migrations.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrations/migrations.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-the-book': 'f8323924ddfe829932298ac2c68582c175b442fef1b92b669a123dd8827f934e',
    '0002-pushes': '87f64e471032b4f82f14c1e51c35bf86191d477e4a73e2a277b9375272128d92',
    '0003-codes-and-media': 'f3d6b182b64a7f33422ab50982433542849c44203733851aca5a5f291f1d7527',
    '0004-tokens': 'bd467edebefb0948f7a6c300b1bdc1d5b37f075181019d62007606555808ac59',
    '0005-turns': '58a2ac5da0a83a4ce91f9a28c4a3f65ad12c03ccc913d0c2fe1670193440e5e2',
    '0006-forced-tokens': '6fdb9afb1320efa7874080d9bc896b146a1bfab3c76ca0e7052f0fdae7760a1c',
    '0007-handed-over': '3c4e39fa76d16f25104848939909cd7039cdb524b5a03c282b1772f17659de28',
  },
  PostgreSQL: {
    '0001-the-book': 'ce1ff8289bc5180feddcaee139d56d8786ecbb947d3440949f542b61f5aa6aad',
    '0002-turns': 'e27c27495500c3cf7ea9a0193ef58f20906754625adff5fe490b37e4172bdd29',
    '0003-forced-tokens': '3cd3606acc3ec01c62cbe85fe9a9b3762ab5fe4a1a3fac50295b6ca63d02f719',
    '0004-handed-over': 'cd08d9830bae187fdeb69d3bac5cbf3888af982c2f2adb5e51badbfee2a2e639',
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
