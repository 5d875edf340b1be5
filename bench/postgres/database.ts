/** A PostgreSQL database for a bench, filled with credits by plain SQL. */
import { hash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { createPostgresStore } from '../../server/store/postgres/store.ts'
import type { Store } from '../../server/store/store.ts'

export const appId = 'wxbench0000000000'
export const openIdOf = (user: number): string => `user-${user}`

/** The number that `fill` gives to a user. */
export const usrOf = (user: number): number => hash('md5', String(user), 'buffer').readUIntBE(0, 6)

/** URL of an account that may create databases. */
const server = process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

interface BenchDatabase {
  url: string
  drop(): Promise<void>
}

/** Users are `user-0` to `user-N`, N included. */
export async function createBenchDatabase(
  users: number,
  creditsPerUser = 1,
): Promise<BenchDatabase> {
  const { url, drop } = await createEmptyDatabase()
  try {
    await run(url, fill(users, creditsPerUser))
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

/** A store on a new database that holds `credits` credits. Closing it drops the database. */
export async function createFilledPostgresStore(
  credits: number,
): Promise<{ users: number; store: Store }> {
  const creditsPerUser = 5
  const users = Math.ceil(credits / creditsPerUser)
  const { url, drop } = await createBenchDatabase(users, creditsPerUser)
  const store = createPostgresStore({ url })
  return { users, store: { ...store, close: () => store.close().then(drop) } }
}

/** A database with the tables of this version. */
export async function createEmptyDatabase(): Promise<BenchDatabase> {
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
 * Credits with more uses than a bench spends; user numbers are spread as in the store. Rows are
 * written in the order of their keys, which takes a fraction of the time and of the log.
 */
const fill = (users: number, creditsPerUser: number) => `
  INSERT INTO apps (app_id) VALUES ('${appId}');
  INSERT INTO users (usr, app, open_id)
    SELECT ('x' || left(md5(n::text), 12))::bit(48)::bigint AS usr, app, 'user-' || n
    FROM generate_series(0, ${users}) AS n, apps ORDER BY usr ON CONFLICT DO NOTHING;
  INSERT INTO credits (usr, id, kind, ref, uses_left)
    SELECT usr, id, 2, 'prepay', 1000000 FROM users, generate_series(1, ${creditsPerUser}) AS id
    ORDER BY usr, id;
  INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, at_ms)
    SELECT usr, id, 1, 1, 1000000, 0, 0 FROM credits ORDER BY usr, id`

export async function run(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
