/** PostgreSQL as the tests need it: a database of their own each, which is gone afterwards. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

const server = (database: string) => `postgres://postgres@127.0.0.1:5432/${database}`

export interface TestDatabase {
  url: string
  /** Runs statements on a connection of its own. */
  run(text: string): Promise<object[]>
  /** Forgets every row, and keeps the schema. */
  empty(): Promise<void>
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `reach_test_${randomBytes(6).toString('hex')}`
  await runOn(server('postgres'), `CREATE DATABASE ${name}`)
  // What a test wrote need not survive a power cut.
  await runOn(server('postgres'), `ALTER DATABASE ${name} SET synchronous_commit = off`)
  const url = server(name)
  const run = (text: string) => runOn(url, text)
  return {
    url,
    run,
    async empty() {
      const tables = (await run(
        `SELECT tablename AS name FROM pg_tables
         WHERE schemaname = 'public' AND tablename NOT LIKE 'migration%'`,
      )) as { name: string }[]
      if (tables.length > 0) await run(tables.map((one) => `DELETE FROM ${one.name}`).join(';'))
    },
    drop: async () => {
      await runOn(server('postgres'), `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

/** Statements on a connection of their own. */
export async function runOn(url: string, text: string): Promise<object[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<object>(text)).rows
  } finally {
    await client.end()
  }
}
