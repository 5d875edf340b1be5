import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { migrate } from '../../server/commands/migrate.ts'
import { createTestDatabase } from '../support/postgres/database.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-migrate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = async (env: Record<string, string>, options = {}) => {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  expect(await migrate({ env, options, print, stopped: new Promise(() => {}) })).toBe(0)
  return printed.join('\n')
}

describe('migrate', () => {
  it('needs the database settings only', async () => {
    const url = `sqlite:${join(folder, 'reach.db')}`
    expect(await run({ DATABASE_URL: url })).toBe('The database is up to date.')
    await expect(run({})).rejects.toThrow(/^.*\n {2}DATABASE_URL is missing: .*$/)
  })

  it('creates the tables of PostgreSQL and can be repeated', async () => {
    const database = await createTestDatabase()
    try {
      const env = { DATABASE_URL: database.url, REACH_DATABASE_CONNECTIONS: '2' }
      await run(env)
      await run(env)
      expect(await database.run('SELECT count(*)::int AS n FROM users')).toEqual([{ n: 0 }])
    } finally {
      await database.drop()
    }
  })

  it('distributes tables on Citus alone, and says what to install', async () => {
    const database = await createTestDatabase()
    try {
      const env = { DATABASE_URL: database.url }
      await expect(run(env, { distribute: true })).rejects.toThrow(/install the extension/)
      await expect(
        run({ DATABASE_URL: `sqlite:${join(folder, 'a.db')}` }, { distribute: true }),
      ).rejects.toThrow(/is for Citus/)
    } finally {
      await database.drop()
    }
  })

  it('names a wrong setting of the database', async () => {
    const wrong = { DATABASE_URL: 'postgres://h/d', REACH_DATABASE_CONNECTIONS: '1' }
    await expect(run(wrong)).rejects.toThrow('REACH_DATABASE_CONNECTIONS')
  })
})
