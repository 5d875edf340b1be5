/**
 * The change feed. A change is one row, written in the transaction that it tells of, if its app is
 * watched: `watched` comes with a row that the transaction reads anyway, so that a change which
 * nobody watches costs no statement.
 */
import { changeRules } from '../../rules/changes.ts'
import { changeMask, changeTypeCode, kindCode, messageId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  Change,
  ChangeDetail,
  ChangeType,
  CreditDetail,
  NewCredit,
  ReadChanges,
  UserNumber,
  WatchChanges,
} from '../store.ts'
import { addOpenIds, openIdOf } from './open-ids.ts'
import { internApp, type WatchedApp } from './users.ts'

/** What is written of a change. */
export interface NewChange extends WatchedApp {
  type: ChangeType
  user?: UserNumber
  /** The number of the message, or the id of the credit. */
  subject?: number
  atMs: number
  detail?: object
}

const bitOf = (type: ChangeType) => 1 << changeTypeCode.of(type)

/** SQL: a change of this type is written for the app. */
export const isWatched = (watched: string, type: ChangeType): string =>
  `(${watched} & ${bitOf(type)}) <> 0`

/** SQL: evaluated once a statement, so that one of a server that nobody watches does no more. */
export const isAnyWatched = '(SELECT true FROM apps WHERE watched > 0 LIMIT 1)'

/** Where changes are written. */
const newChanges = ({ dialect }: Pick<Sql, 'dialect'>): string =>
  dialect.isConcurrent ? 'new_changes' : 'changes'

/** Writes a change if somebody watches. */
export function* noteChange(sql: Sql, change: NewChange): Operation<void> {
  if ((change.watched & bitOf(change.type)) === 0) return
  const { app, type, user, subject, atMs, detail } = change
  yield* sql.run(
    `INSERT INTO ${newChanges(sql)} (app, type, usr, subject, at_ms, detail)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    app,
    changeTypeCode.of(type),
    user ?? null,
    subject ?? null,
    atMs,
    detail ? JSON.stringify(detail) : null,
  )
}

/** As in rows. */
export type StoredCredit = Omit<CreditDetail, 'kind'> & { kind: number }

export const storedCredit = ({
  kind,
  ref,
  uses,
  endsAtMs,
}: Pick<NewCredit, 'kind' | 'ref' | 'uses' | 'endsAtMs'>): StoredCredit => ({
  kind: kindCode.of(kind),
  ...(kind === 'subscription' && { templateId: ref }),
  uses,
  endsAtMs,
})

/** What the readers of `watchChanges` are told. */
const all = changeMask([
  'message.created',
  'message.settled',
  'credit.recorded',
  'subscription.revoked',
  'group.joined',
  'arrival.recorded',
  'push.received',
  'channel.suspended',
  'broadcast.changed',
])

/**
 * A new watch has a position of its own: behind those of an earlier one, changes may be missing.
 */
export function* watchChanges(sql: Sql, { appId, forMs }: WatchChanges): Operation<number> {
  const app = yield* internApp(sql, appId)
  const last = yield* lastPosition(sql)
  const until = [app, Math.ceil(forMs)] as const
  const renewed = yield* sql.run(
    'UPDATE apps SET watched_until = $now + $2 WHERE app = $1 AND watched_until > $now',
    ...until,
  )
  if (renewed > 0) return last
  const since = last + 1
  yield* sql.run(
    `INSERT INTO changes (n, app, type, at_ms) VALUES ($1, $2, ${watchBegan}, 0)`,
    since,
    app,
  )
  yield* sql.run(
    `UPDATE apps SET watched_until = $now + $2, watched_since = $3, watched = watched | ${all}
     WHERE app = $1`,
    ...until,
    since,
  )
  return since
}

/** The type of a row that only takes a position. */
const watchBegan = 0

/** Ends the leases that are over. Returns how many apps are watched no more. */
export const endWatches = (sql: Sql) =>
  sql.run(
    'UPDATE apps SET watched = webhook_types, watched_until = NULL WHERE watched_until <= $now',
  )

/** Has the changes written that the webhooks of an app receive, besides what others watch. */
export function* watchTypes(sql: Sql, app: number): Operation<void> {
  const webhooks = yield* sql.all<{ types: number }>(
    'SELECT types FROM webhooks WHERE app = $1 AND disabled_ms IS NULL',
    app,
  )
  yield* sql.run(
    `UPDATE apps SET webhook_types = $2,
       watched = CASE WHEN watched_until IS NULL THEN $2 ELSE ${all} | CAST($2 AS int) END
     WHERE app = $1`,
    app,
    webhooks.reduce((mask, { types }) => mask | types, 0),
  )
}

/** The last position. No other transaction gives positions until this one ends. */
export function* lastPosition(sql: Sql): Operation<number> {
  yield* sql.run('INSERT INTO change_log (log) VALUES (1) ON CONFLICT DO NOTHING')
  return (yield* lockLog(sql, sql.dialect.forUpdate))!
}

/** Whether `endWatches` has anything to do. */
export function* areWatchesOver(sql: Sql): Operation<boolean> {
  return (yield* sql.get('SELECT 1 FROM apps WHERE watched_until <= $now LIMIT 1')) !== undefined
}

/** The last position. `undefined`: another transaction has the lock. */
function* lockLog(sql: Sql, lock: string): Operation<number | undefined> {
  const log = yield* sql.get<{ swept: number }>(`SELECT swept FROM change_log ${lock}`)
  if (!log) return undefined
  // A statement of its own: only now it sees what the last holder of the lock has written.
  const row = yield* sql.get<{ last: number | null }>('SELECT max(n) AS last FROM changes')
  return row!.last ?? log.swept
}

/** Whether there are changes without a position. */
export function* hasNewChanges(sql: Sql): Operation<boolean> {
  if (!sql.dialect.isConcurrent) return false
  return (yield* sql.get('SELECT 1 FROM new_changes LIMIT 1')) !== undefined
}

/** Gives committed changes the next positions. One transaction at a time does it. */
export function* orderChanges(sql: Sql): Operation<number> {
  const last = yield* lockLog(sql, sql.dialect.skipLocked)
  if (last === undefined) return 0
  return yield* sql.run(
    `WITH moved AS (
       DELETE FROM new_changes WHERE id IN (
         SELECT id FROM new_changes ORDER BY id LIMIT ${changeRules.perStep}) RETURNING *
     )
     INSERT INTO changes (n, app, type, usr, subject, at_ms, detail)
     SELECT $1 + row_number() OVER (ORDER BY id), app, type, usr, subject, at_ms, detail
     FROM moved`,
    last,
  )
}

export function* readChanges(
  sql: Sql,
  { appId, after, limit }: ReadChanges,
): Operation<Change[] | undefined> {
  const app = yield* sql.get<{ app: number; since: number; swept: number | null }>(
    `SELECT app, watched_since AS since, (SELECT swept FROM change_log) AS swept
     FROM apps WHERE app_id = $1`,
    appId,
  )
  if (!app || after < app.since || after < (app.swept ?? 0)) return undefined
  const rows = yield* sql.all<ChangeColumns>(
    `${selectChanges(sql)} WHERE c.app = $1 AND c.n > $2 AND c.type <> ${watchBegan}
     ORDER BY c.n LIMIT $3`,
    app.app,
    after,
    limit,
  )
  return (yield* addOpenIds(sql, rows)).map(toChange)
}

/** Pass the rows through `addOpenIds`. */
export const selectChanges = (sql: Sql): string => `
  SELECT c.n, c.type, c.usr AS "user", c.subject, c.at_ms AS "atMs", c.detail,
    ${openIdOf(sql, 'c.usr')} AS "openId"
  FROM changes c`

export interface ChangeColumns {
  n: number
  type: number
  user: UserNumber | null
  subject: number | null
  atMs: number
  detail: string | null
  openId: string | null
}

export function toChange({ n, type, user, subject, atMs, detail, openId }: ChangeColumns): Change {
  const told = { type: changeTypeCode.word(type), ...(detail && (JSON.parse(detail) as object)) }
  return {
    position: n,
    atMs,
    ...(openId !== null && { openId }),
    ...withWords(told as { type: ChangeType }, user, subject),
  }
}

function withWords(told: { type: ChangeType }, user: number | null, subject: number | null) {
  switch (told.type) {
    case 'message.created':
    case 'message.settled':
      return { ...told, message: messageId(user!, subject!) } as ChangeDetail
    case 'credit.recorded':
    case 'credit.ending':
      return {
        ...told,
        kind: kindCode.word((told as unknown as StoredCredit).kind),
      } as ChangeDetail
    default:
      return told as ChangeDetail
  }
}

/** Deletes the oldest changes, in one step. Returns how many. */
export function* sweepChanges(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  // Up to the first one that is kept. There are no gaps between positions.
  const row = yield* sql.get<{ first: number | null; last: number; kept: number | null }>(
    `SELECT min(n) AS first, max(n) AS last, min(CASE WHEN at_ms >= $1 THEN n END) AS kept
     FROM (SELECT n, at_ms FROM changes ORDER BY n LIMIT ${changeRules.perStep}) AS oldest`,
    nowMs - changeRules.keptMs,
  )
  const { first, last, kept } = row!
  const queued = yield* sql.get<{ to: number | null }>(
    'SELECT min(position) AS "to" FROM webhooks WHERE disabled_ms IS NULL',
  )
  const to = Math.min(kept === null ? last : kept - 1, queued!.to ?? last)
  if (first === null || to < first) return 0
  // Before the rows are gone: who gives positions reads the last one from either.
  yield* sql.run('UPDATE change_log SET swept = $1 WHERE swept < $1', to)
  yield* sql.run('DELETE FROM webhook_deliveries WHERE n <= $1', to)
  return yield* sql.run('DELETE FROM changes WHERE n <= $1', to)
}
