/** SQLite stores for a bench, filled with credits by plain SQL. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { day } from '../server/rules/time.ts'
import { addOpenKey } from '../server/store/sqlite/database.ts'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { appIdOf, world } from './server.ts'

type StoreOptions = Parameters<typeof createSqliteStore>[0]

/** A store on a new file that holds `credits` credits. The caller closes it. */
export async function createFilledStore(
  credits: number,
  { apps = 1, ...options }: Partial<StoreOptions> & { apps?: number } = {},
) {
  const path = join(temporaryFolder(), 'bench.db')
  const { users } = await fill(path, credits, apps)
  return { users, store: createSqliteStore({ path, world, ...options }) }
}

/** A folder that is removed when the process exits. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const creditsPerUser = 5

/**
 * Creates a database of `credits` credits. Users are `user-0` and on, with the numbers 1 and on;
 * each holds five form credits that end within the week. With several apps, the users are dealt
 * to them in turn.
 */
export async function fill(path: string, credits: number, apps = 1): Promise<{ users: number }> {
  await createSqliteStore({ path, world }).close()
  const users = Math.ceil(credits / creditsPerUser)
  const db = new DatabaseSync(path)
  const nowMs = world.clock.now()
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN')
  const addApp = db.prepare('INSERT INTO apps (app, app_id) VALUES (?, ?)')
  for (let n = 0; n < apps; n += 1) addApp.run(n + 1, appIdOf(n))
  const numbers = `WITH RECURSIVE n (n) AS
    (VALUES (0) UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ${users})`
  addOpenKey(db)
  db.exec(
    `${numbers} INSERT INTO users (usr, app, open_id, open_key)
     SELECT n + 1, n % ${apps} + 1, 'user-' || n, open_key('user-' || n) FROM n`,
  )
  // Inserted in the order of the key. The number of a form credit is random, as in the store.
  db.prepare(
    `${numbers}, c (c) AS (VALUES (0), (1), (2), (3), (4))
     INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms, ends_ms)
     SELECT n + 1, c * (1 << 45) + abs(random() % (1 << 45)), 1, lower(hex(randomblob(16))), 1,
            ?1 + abs(random() % ?2), ?1 + 2 * ?2
     FROM n CROSS JOIN c ORDER BY n, c`,
  ).run(nowMs + day, 5 * day)
  db.prepare(
    `INSERT INTO credit_history (usr, credit, n, change, uses_delta, reserved_delta, at_ms)
     SELECT usr, id, 1, 1, 1, 0, ? FROM credits ORDER BY usr, id`,
  ).run(nowMs)
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return { users }
}
