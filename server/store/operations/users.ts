/** Apps and users: the platform's ids and our numbers. */
import { LostRaceError, type Operation, type Sql, type UserNames } from '../sql.ts'
import type { UserNumber } from '../store.ts'

export function* findApp(sql: Sql, appId: string): Operation<number | undefined> {
  const row = yield* sql.get<{ app: number }>('SELECT app FROM apps WHERE app_id = $1', appId)
  return row?.app
}

/** Adds the app if it is new. */
export function* internApp(sql: Sql, appId: string): Operation<number> {
  return (yield* internWatchedApp(sql, appId)).app
}

export interface WatchedApp {
  app: number
  /** Which changes of the app are written: see changes.ts. */
  watched: number
}

/** As `internApp`. */
export function* internWatchedApp(sql: Sql, appId: string): Operation<WatchedApp> {
  const text = 'SELECT app, watched FROM apps WHERE app_id = $1'
  const known = yield* sql.get<WatchedApp>(text, appId)
  if (known) return known
  yield* sql.run('INSERT INTO apps (app_id) VALUES ($1) ON CONFLICT DO NOTHING', appId)
  return (yield* sql.get<WatchedApp>(text, appId))!
}

export interface AppUser extends WatchedApp {
  user: UserNumber
  belowMinimum: boolean | number
}

export const selectAppUser = (isOpenId: string): string =>
  `SELECT usr AS "user", app, watched, below_minimum AS "belowMinimum"
   FROM apps JOIN users USING (app) WHERE app_id = $1 AND ${isOpenId}`

export const findAppUser = (sql: Sql, appId: string, openId: string) =>
  sql.dialect.names
    ? findByName(sql, sql.dialect.names, appId, openId)
    : sql.get<AppUser>(sql.dialect.findAppUser, appId, openId)

/**
 * By `user_names`, whose rows are found by their own key. `users` says whether the number is still
 * this user's: another process may have erased them.
 */
function* findByName(
  sql: Sql,
  names: UserNames,
  appId: string,
  openId: string,
): Operation<AppUser | undefined> {
  const known = names.get(appId, openId)
  if (known !== undefined) {
    const found = yield* findNamed(sql, appId, openId, known)
    if (found) return found
    names.forget(appId, openId)
  }
  const app = yield* findApp(sql, appId)
  if (app === undefined) return undefined
  const user = yield* findName(sql, app, openId)
  if (user === undefined) return undefined
  const found = yield* findNamed(sql, appId, openId, user)
  if (found) names.remember(appId, openId, user)
  return found
}

const findNamed = (sql: Sql, appId: string, openId: string, user: UserNumber) =>
  sql.get<AppUser>(
    `${selectAppUser('open_id = $2')} AND usr = CAST($3 AS bigint)`,
    appId,
    openId,
    user,
  )

function* findName(sql: Sql, app: number, openId: string): Operation<UserNumber | undefined> {
  const row = yield* sql.get<{ user: UserNumber }>(
    'SELECT usr AS "user" FROM user_names WHERE app = $1 AND open_id = $2',
    app,
    openId,
  )
  return row?.user
}

/**
 * Takes the name for a new user.
 *
 * @throws {LostRaceError} if it is taken: the transaction begins again, and finds the user
 */
function* takeName(sql: Sql, app: number, openId: string, user: UserNumber): Operation<void> {
  const taken = yield* sql.run(
    'INSERT INTO user_names (app, open_id, usr) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    app,
    openId,
    user,
  )
  if (taken === 0) throw new LostRaceError('Another transaction has added the user.')
}

/** Of a user who is erased. */
export function* dropName(sql: Sql, app: number, openId: string): Operation<void> {
  if (!sql.dialect.names) return
  yield* sql.run('DELETE FROM user_names WHERE app = $1 AND open_id = $2', app, openId)
}

export function* findUser(
  sql: Sql,
  appId: string,
  openId: string,
): Operation<UserNumber | undefined> {
  return (yield* findAppUser(sql, appId, openId))?.user
}

/** Adds the user, and the app, if they are new. */
function* internUser(sql: Sql, appId: string, openId: string): Operation<AppUser> {
  const columns = sql.dialect.openIdColumns('$3')
  for (;;) {
    const known = yield* findAppUser(sql, appId, openId)
    if (known) return known
    const { app, watched } = yield* internWatchedApp(sql, appId)
    const number = sql.dialect.newUserNumber()
    if (sql.dialect.names) yield* takeName(sql, app, openId, number as UserNumber)
    // Without a row: another transaction was first, or the number is taken.
    const added = yield* sql.get<Omit<AppUser, 'watched'>>(
      `INSERT INTO users (usr, app, ${Object.keys(columns).join()})
       VALUES ($1, $2, ${Object.values(columns).join()}) ON CONFLICT DO NOTHING
       RETURNING usr AS "user", app, below_minimum AS "belowMinimum"`,
      number,
      app,
      openId,
    )
    if (added) return { ...added, watched }
    if (sql.dialect.names) throw new LostRaceError('The number of the user is taken.')
  }
}

/**
 * Excludes all other transactions that lock the user, until this one ends. Every operation that
 * reads a user's rows and then writes some begins with it. A single statement needs no such lock.
 *
 * @returns false if another transaction has erased the user
 */
export function* lockUser(sql: Sql, user: UserNumber): Operation<boolean> {
  if (!sql.dialect.isConcurrent) return true
  const row = yield* sql.get<{ isErased: boolean }>(
    'SELECT open_id IS NULL AS "isErased" FROM users WHERE usr = $1 FOR UPDATE',
    user,
  )
  return row?.isErased === false
}

/** `internUser` and `lockUser`. A user who is erased in between is a new one. */
export function* lockUserOf(sql: Sql, appId: string, openId: string): Operation<AppUser> {
  for (;;) {
    const found = yield* internUser(sql, appId, openId)
    if (yield* lockUser(sql, found.user)) return found
  }
}

export function* markBelowMinimum(sql: Sql, user: UserNumber, below: boolean): Operation<void> {
  yield* sql.run(
    'UPDATE users SET below_minimum = $2 WHERE usr = $1 AND below_minimum <> $2',
    user,
    below,
  )
}

/** Whether the user's WeChat is too old to show template messages. */
export function* isBelowMinimum(sql: Sql, user: UserNumber): Operation<boolean> {
  const row = yield* sql.get<{ below: boolean | number }>(
    'SELECT below_minimum AS below FROM users WHERE usr = $1',
    user,
  )
  return Boolean(row?.below)
}
