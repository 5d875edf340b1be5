/** Apps and users: the platform's ids and our numbers. */
import type { Awaitable, Sql } from '../sql.ts'
import type { UserNumber } from '../store.ts'

export async function findApp(sql: Sql, appId: string): Promise<number | undefined> {
  const row = await sql.get<{ app: number }>('SELECT app FROM apps WHERE app_id = $1', appId)
  return row?.app
}

/** Adds the app if it is new. */
export async function internApp(sql: Sql, appId: string): Promise<number> {
  const known = await findApp(sql, appId)
  if (known !== undefined) return known
  await sql.run('INSERT INTO apps (app_id) VALUES ($1) ON CONFLICT DO NOTHING', appId)
  return (await findApp(sql, appId))!
}

interface AppUser {
  user: UserNumber
  app: number
}

const findAppUser = (sql: Sql, appId: string, openId: string) =>
  sql.get<AppUser>(
    `SELECT usr AS "user", app FROM users
     WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND open_id = $2`,
    appId,
    openId,
  )

export async function findUser(
  sql: Sql,
  appId: string,
  openId: string,
): Promise<UserNumber | undefined> {
  return (await findAppUser(sql, appId, openId))?.user
}

/** Adds the user, and the app, if they are new. */
export async function internUser(sql: Sql, appId: string, openId: string): Promise<AppUser> {
  for (;;) {
    const known = await findAppUser(sql, appId, openId)
    if (known) return known
    // Without a row: another transaction was first, or the number is taken.
    const added = await sql.get<AppUser>(
      `INSERT INTO users (usr, app, open_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
       RETURNING usr AS "user", app`,
      sql.dialect.newUserNumber(),
      await internApp(sql, appId),
      openId,
    )
    if (added) return added
  }
}

/**
 * Excludes all other transactions that lock the user, until this one ends. Every operation that
 * reads a user's rows and then writes some begins with it. A single statement needs no such lock.
 */
export const lockUser = (sql: Sql, user: UserNumber): Awaitable<unknown> =>
  sql.dialect.isConcurrent && sql.run('SELECT 1 FROM users WHERE usr = $1 FOR UPDATE', user)

export async function markBelowMinimum(sql: Sql, user: UserNumber, below: boolean): Promise<void> {
  await sql.run(
    'UPDATE users SET below_minimum = $2 WHERE usr = $1 AND below_minimum <> $2',
    user,
    below,
  )
}

/** As `isBelowMinimum`, for a user who may be unknown. */
export async function findBelowMinimum(sql: Sql, appId: string, openId: string): Promise<boolean> {
  const user = await findUser(sql, appId, openId)
  return user !== undefined && isBelowMinimum(sql, user)
}

/** Whether the user's WeChat is too old to show template messages. */
export async function isBelowMinimum(sql: Sql, user: UserNumber): Promise<boolean> {
  const row = await sql.get<{ below: boolean | number }>(
    'SELECT below_minimum AS below FROM users WHERE usr = $1',
    user,
  )
  return Boolean(row?.below)
}
