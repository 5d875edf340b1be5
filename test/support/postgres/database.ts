/** Databases on the PostgreSQL server of the tests: each test file creates its own and drops it. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { createOnCitus, dropOnCitus } from './citus.ts'
import { runOn } from './run-on.ts'

export { runOn }

/** Where the tests' server is looked for when TEST_DATABASE_URL names none. */
export const localServer = 'postgres://postgres@127.0.0.1:5432/postgres'

/** The tests' server: jest's global setup has set TEST_DATABASE_URL. */
export const testServer = (): string => process.env.TEST_DATABASE_URL || localServer

/** TEST_ENGINE=Citus: TEST_DATABASE_URL names a coordinator. */
const isCitus = () => process.env.TEST_ENGINE === 'Citus'

function urlOf(database: string): string {
  const url = new URL(testServer())
  url.pathname = `/${database}`
  return url.href
}

export interface TestDatabase {
  url: string
  /** Runs statements on a connection that the database keeps for this. */
  run(text: string): Promise<object[]>
  /** Forgets every row, and keeps the schema. */
  empty(): Promise<void>
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `reach_test_${randomBytes(6).toString('hex')}`
  if (isCitus()) {
    await createOnCitus(testServer(), name)
  } else {
    await runOn(testServer(), `CREATE DATABASE ${name}`)
    // What a test wrote need not survive a power cut.
    await runOn(testServer(), `ALTER DATABASE ${name} SET synchronous_commit = off`)
  }
  const url = urlOf(name)
  const client = new Client({ connectionString: url })
  await client.connect()
  return {
    url,
    run: async (text) => (await client.query<object>(text)).rows,
    empty: async () => void (await client.query(deleteAll)),
    async drop() {
      await client.end()
      if (isCitus()) await dropOnCitus(testServer(), name)
      else await runOn(testServer(), `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

const deleteAll = `
  DO $$
  DECLARE name text;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename NOT LIKE 'migration%'
    LOOP
      EXECUTE 'DELETE FROM ' || quote_ident(name);
    END LOOP;
  END $$`
