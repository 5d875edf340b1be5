/** Apps and users: from the platform's words to our numbers. */
import { systemRandom } from '../../runtime/world.ts'
import type { UserNumber } from '../store.ts'
import type { Sql } from './sql.ts'

export async function findApp(sql: Sql, appId: string): Promise<number | undefined> {
  const row = await sql.get<{ app: number }>('SELECT app FROM apps WHERE app_id = $1', appId)
  return row?.app
}

export async function internApp(sql: Sql, appId: string): Promise<number> {
  const known = await findApp(sql, appId)
  if (known !== undefined) return known
  await sql.run('INSERT INTO apps (app_id) VALUES ($1) ON CONFLICT DO NOTHING', appId)
  return (await findApp(sql, appId))!
}

export async function findUser(
  sql: Sql,
  appId: string,
  openId: string,
): Promise<UserNumber | undefined> {
  const row = await sql.get<{ usr: UserNumber }>(
    `SELECT usr FROM users WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND open_id = $2`,
    appId,
    openId,
  )
  return row?.usr
}

const userBytes = 6

/**
 * The user's number, drawn at first sight: evenly spread, so that it may say on which machine a user lies, and telling
 * nothing of the openId.
 */
export async function internUser(
  sql: Sql,
  appId: string,
  openId: string,
  random = systemRandom,
): Promise<UserNumber> {
  for (;;) {
    const known = await findUser(sql, appId, openId)
    if (known !== undefined) return known
    await sql.run(
      'INSERT INTO users (usr, app, open_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      random(userBytes).readUIntBE(0, userBytes),
      await internApp(sql, appId),
      openId,
    )
  }
}

/**
 * The user, for this transaction alone among all that change several of his rows. Every operation of several statements
 * that reads before it writes begins with it; a single statement holds its rule by itself.
 */
export async function lockUser(sql: Sql, user: UserNumber): Promise<void> {
  await sql.run('SELECT 1 FROM users WHERE usr = $1 FOR UPDATE', user)
}

export async function markBelowMinimum(sql: Sql, user: UserNumber, below: boolean): Promise<void> {
  await sql.run(
    'UPDATE users SET below_minimum = $2 WHERE usr = $1 AND below_minimum <> $2',
    user,
    below,
  )
}

export async function isBelowMinimum(sql: Sql, user: UserNumber): Promise<boolean> {
  const row = await sql.get<{ below: boolean }>(
    'SELECT below_minimum AS below FROM users WHERE usr = $1',
    user,
  )
  return row?.below ?? false
}
