/** A PostgreSQL database for a bench, filled with credits by plain SQL. */
import { hash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { createPostgresStore } from '../../server/store/postgres/store.ts'

export const appId = 'wxbench0000000000'
export const openIdOf = (user: number): string => `user-${user}`

/** The number that `fill` gives to a user. */
export const usrOf = (user: number): number => hash('md5', String(user), 'buffer').readUIntBE(0, 6)

interface BenchDatabase {
  url: string
  drop(): Promise<void>
}

/** @param server URL of an account that may create databases */
export async function createBenchDatabase(server: string, users: number): Promise<BenchDatabase> {
  const { url, drop } = await createEmptyDatabase(server)
  try {
    await run(url, fill(users))
    // Only filled tables: the planner would continue to plan for an empty table.
    for (const filled of ['users', 'credits', 'credit_history'])
      await run(url, `VACUUM ANALYZE ${filled}`)
    await run(url, 'CHECKPOINT')
  } catch (error) {
    await drop()
    throw error
  }
  return { url, drop }
}

/** A database with the tables of this version. */
export async function createEmptyDatabase(server: string): Promise<BenchDatabase> {
  const name = `reach_bench_${randomBytes(4).toString('hex')}`
  await run(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = name
  const drop = () => run(server, `DROP DATABASE ${name} WITH (FORCE)`)
  try {
    const store = createPostgresStore({ url: url.href })
    await store.ready()
    await store.close()
  } catch (error) {
    await drop()
    throw error
  }
  return { url: url.href, drop }
}

/**
 * One credit per user, with more uses than a bench spends; user numbers are spread as in the store.
 */
const fill = (users: number) => `
  INSERT INTO apps (app_id) VALUES ('${appId}');
  INSERT INTO users (usr, app, open_id)
    SELECT ('x' || left(md5(n::text), 12))::bit(48)::bigint, app, 'user-' || n
    FROM generate_series(1, ${users}) AS n, apps ON CONFLICT DO NOTHING;
  INSERT INTO credits (usr, id, kind, ref, uses_left)
    SELECT usr, 1, 2, 'prepay', 1000000 FROM users;
  INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, at_ms)
    SELECT usr, 1, 1, 1, 1000000, 0, 0 FROM users`

export async function run(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
