/** A database that holds so many credits, made by SQL alone. */
import { DatabaseSync } from '@photostructure/sqlite'
import { createSqliteStore } from '../server/store/sqlite/store.ts'
import { app, world } from './services.ts'

export const creditsPerUser = 5
const dayMs = 24 * 60 * 60 * 1_000

/** Users are `user-0` and on, with the numbers 1 and on; each holds five forms that end within the week. */
export async function fill(path: string, credits: number): Promise<{ users: number }> {
  await createSqliteStore({ path, world }).close()
  const users = Math.ceil(credits / creditsPerUser)
  const db = new DatabaseSync(path)
  const nowMs = world.clock.now()
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN')
  db.prepare('INSERT INTO apps (app, app_id) VALUES (1, ?)').run(app.appId)
  const numbers = `WITH RECURSIVE n (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ${users})`
  db.exec(`${numbers} INSERT INTO users (usr, app, open_id) SELECT n + 1, 1, 'user-' || n FROM n`)
  // In the order of the key: whatever its name, a form's number is 48 bits that lie anywhere.
  db.prepare(
    `${numbers}, c (c) AS (VALUES (0), (1), (2), (3), (4))
     INSERT INTO credits (usr, id, kind, ref, uses_left, usable_until_ms, ends_ms)
     SELECT n + 1, c * (1 << 45) + abs(random() % (1 << 45)), 1, lower(hex(randomblob(16))), 1,
            ?1 + abs(random() % ?2), ?1 + 2 * ?2
     FROM n CROSS JOIN c ORDER BY n, c`,
  ).run(nowMs + dayMs, 5 * dayMs)
  db.prepare(
    `INSERT INTO credit_history (usr, credit, n, change, uses, reserved, at_ms)
     SELECT usr, id, 1, 1, 1, 0, ? FROM credits ORDER BY usr, id`,
  ).run(nowMs)
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return { users }
}
