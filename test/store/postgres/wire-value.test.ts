import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { array, assert, asyncProperty, string, uint8Array } from 'fast-check'
import { Client } from 'pg'
import { wireValue } from '../../../server/store/postgres/sql.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres/database.ts'

describe('an array that is sent to the server', () => {
  let database: TestDatabase
  let client: Client
  beforeAll(async () => {
    database = await createTestDatabase()
    client = new Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })
  const elements = async (type: string, values: Parameters<typeof wireValue>[0]) => {
    const text = `SELECT one FROM unnest($1::${type}[]) WITH ORDINALITY AS list (one, n) ORDER BY n`
    const { rows } = await client.query<{ one: unknown }>(text, [wireValue(values)])
    return rows.map(({ one }) => one)
  }

  it.each([['', 'NULL', 'null', '{}', ',', '"', '\\', '\\"', "'", ' a ', '\n', '汉字', '𝒳'], []])(
    'holds the texts that look like the syntax of one',
    async (...texts) => {
      expect(await elements('text', [...texts, null])).toEqual([...texts, null])
    },
  )

  it('holds any text, save that one character is replaced', async () => {
    const texts = array(string({ unit: 'grapheme' }))
    await assert(
      asyncProperty(texts, async (list) => {
        const stored = list.map((text) => text.replaceAll('\0', '\uFFFD'))
        expect(await elements('text', list)).toEqual(stored)
      }),
    )
  })

  it('holds any bytes', async () => {
    const bytes = array(uint8Array())
    await assert(
      asyncProperty(bytes, async (list) => {
        expect(await elements('bytea', list)).toEqual(list.map((one) => Buffer.from(one)))
      }),
    )
  })

  it('holds numbers and truths', async () => {
    const numbers = [0, -1, 2 ** 48, 1.5, null]
    expect(await elements('float8', numbers)).toEqual(numbers)
    expect(await elements('boolean', [true, false, null])).toEqual([true, false, null])
  })
})
