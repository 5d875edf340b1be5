/** Apps and users: from the platform's words to our numbers. */
import type { UserNumber } from '../store.ts'
import type { Statements } from './statements.ts'

export function findApp(sql: Statements, appId: string): number | undefined {
  return sql<{ app: number }>('SELECT app FROM apps WHERE app_id = ?').get(appId)?.app
}

export function internApp(sql: Statements, appId: string): number {
  const known = findApp(sql, appId)
  if (known !== undefined) return known
  return sql<{ app: number }>('INSERT INTO apps (app_id) VALUES (?) RETURNING app').get(appId)!.app
}

export function findUser(sql: Statements, appId: string, openId: string): UserNumber | undefined {
  return sql<{ user: UserNumber }>(
    `SELECT user FROM users WHERE app = (SELECT app FROM apps WHERE app_id = ?) AND open_id = ?`,
  ).get(appId, openId)?.user
}

export const internUser = (sql: Statements, appId: string, openId: string): UserNumber =>
  internUserOfApp(sql, appId, openId).user

export function internUserOfApp(
  sql: Statements,
  appId: string,
  openId: string,
): { user: UserNumber; app: number } {
  const known = sql<{ user: UserNumber; app: number }>(
    `SELECT user, app FROM users WHERE app = (SELECT app FROM apps WHERE app_id = ?) AND open_id = ?`,
  ).get(appId, openId)
  if (known) return known
  return sql<{ user: UserNumber; app: number }>(
    'INSERT INTO users (app, open_id) VALUES (?, ?) RETURNING user, app',
  ).get(internApp(sql, appId), openId)!
}

export function markBelowMinimum(sql: Statements, user: UserNumber, below: boolean): void {
  sql('UPDATE users SET below_minimum = ?2 WHERE user = ?1 AND below_minimum <> ?2').run(
    user,
    Number(below),
  )
}

export function isBelowMinimum(sql: Statements, user: UserNumber): boolean {
  const row = sql<{ below: number }>('SELECT below_minimum AS below FROM users WHERE user = ?').get(
    user,
  )
  return row?.below === 1
}
