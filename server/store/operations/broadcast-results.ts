/**
 * What came of broadcasts, counted as it comes: by the hour, without a user. The rows of recipients
 * only say what was counted of them.
 */
import type { BroadcastResult } from '../../../shared/codes.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { hour } from '../../rules/time.ts'
import { broadcastResultCode, recipientCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  BroadcastNumber,
  ComparedUsers,
  CompareHeldOut,
  ResultCount,
  UserNumber,
} from '../store.ts'
import { countTags, countTagsOfMessage } from './tag-results.ts'

const { resultWithinMs, noticeScenes, comparedRecipients } = broadcastRules

/** One more of a result. */
export interface Counted {
  broadcast: BroadcastNumber
  result: BroadcastResult
  atMs: number
  /** Default: 1. */
  count?: number
}

/** In one order, so that transactions beside each other wait for each other and never deadlock. */
export function* countResults(sql: Sql, counted: readonly Counted[]): Operation<void> {
  const sums = new Map<string, [number, number, number, number]>()
  for (const { broadcast, result, atMs, count = 1 } of counted) {
    const [code, hourMs] = [broadcastResultCode.of(result), atMs - (atMs % hour)]
    const key = `${broadcast} ${hourMs} ${code}`
    sums.set(key, [broadcast, hourMs, code, (sums.get(key)?.[3] ?? 0) + count])
  }
  const ordered = [...sums.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
  for (const row of ordered) {
    yield* sql.run(
      `INSERT INTO broadcast_results (broadcast, hour_ms, result, count) VALUES ($1, $2, $3, $4)
       ON CONFLICT (broadcast, hour_ms, result) DO UPDATE
         SET count = broadcast_results.count + excluded.count`,
      ...row,
    )
  }
}

/** A launch, as a phone reports it. */
interface Launch {
  app: number
  user: UserNumber
  atMs: number
  scene: number
  /** What the page carries: the end of a broadcast's id, or a share. */
  mark: string
}

const isNotice = (scene: number) => noticeScenes.some((one) => one === scene)

/** Whether the launch was by a notice of the broadcast that has the mark. */
export function* isMarked(
  sql: Sql,
  { app, scene, mark }: Pick<Launch, 'app' | 'scene' | 'mark'>,
): Operation<boolean> {
  if (!isNotice(scene)) return false
  const found = yield* sql.get(
    'SELECT 1 FROM broadcasts WHERE id = $1 AND app = $2',
    broadcastRules.idPrefix + mark,
    app,
  )
  return found !== undefined
}

const mayHaveCome = ['sending', 'sent', 'unknown'] as const
const cameStates = mayHaveCome.map((state) => recipientCode.of(state)).join()

/**
 * A recipient has opened the notice: counted once, within `resultWithinMs` of the message. One
 * whose outcome is unknown stays so; that it came is shown by the opening.
 */
export function* openNotice(
  sql: Sql,
  { app, user, atMs, scene, mark }: Launch,
): Operation<Counted[]> {
  if (!isNotice(scene)) return []
  const opened = yield* sql.get<SettledRecipient>(
    `UPDATE broadcast_recipients SET opened_ms = $4
     WHERE broadcast = (SELECT broadcast FROM broadcasts WHERE id = $1 AND app = $2) AND usr = $3
       AND opened_ms IS NULL AND state IN (${cameStates})
       AND (settled_ms IS NULL OR settled_ms > $5)
     RETURNING broadcast, message, settled_ms AS "settledMs"`,
    broadcastRules.idPrefix + mark,
    app,
    user,
    atMs,
    atMs - resultWithinMs,
  )
  if (!opened) return []
  yield* sql.run(
    `UPDATE users SET asked_until_ms = $2
     WHERE usr = $1 AND (asked_until_ms IS NULL OR asked_until_ms < $2)`,
    user,
    atMs + resultWithinMs,
  )
  yield* countTagsOnce(sql, user, opened, { result: 'opened', atMs })
  return [{ broadcast: opened.broadcast, result: 'opened', atMs }]
}

interface SettledRecipient {
  broadcast: BroadcastNumber
  message: number | null
  settledMs: number | null
}

/** Of a recipient who is not settled yet, `countEarly` counts it. */
function* countTagsOnce(
  sql: Sql,
  user: UserNumber,
  { message, settledMs }: SettledRecipient,
  of: { result: 'opened' | 'renewed'; atMs: number },
): Operation<void> {
  if (message === null || settledMs === null) return
  yield* countTagsOfMessage(sql, { user, number: message }, of)
}

/** A right arose: it counts for the broadcast that the user opened last, once. */
export function* renewRight(
  sql: Sql,
  { user, atMs }: { user: UserNumber; atMs: number },
): Operation<Counted[]> {
  const last = yield* sql.get<SettledRecipient & { renewedMs: number | null }>(
    `SELECT broadcast, message, settled_ms AS "settledMs", renewed_ms AS "renewedMs"
     FROM broadcast_recipients WHERE usr = $1 AND opened_ms > $2 AND opened_ms <= $3
     ORDER BY opened_ms DESC, broadcast DESC LIMIT 1`,
    user,
    atMs - resultWithinMs,
    atMs,
  )
  if (!last || last.renewedMs !== null) return []
  yield* sql.run(
    'UPDATE broadcast_recipients SET renewed_ms = $3 WHERE broadcast = $1 AND usr = $2',
    last.broadcast,
    user,
    atMs,
  )
  yield* countTagsOnce(sql, user, last, { result: 'renewed', atMs })
  return [{ broadcast: last.broadcast, result: 'renewed', atMs }]
}

/** The same of a push that reports a consent, where the batch of a phone is not at hand. */
export function* countRenewed(
  sql: Sql,
  { user, atMs }: { user: UserNumber; atMs: number },
): Operation<void> {
  const row = yield* sql.get<{ askedUntilMs: number | null }>(
    'SELECT asked_until_ms AS "askedUntilMs" FROM users WHERE usr = $1',
    user,
  )
  if (atMs < (row?.askedUntilMs ?? 0))
    yield* countResults(sql, yield* renewRight(sql, { user, atMs }))
}

/** WeChat's first report on a message: whether it is one of a broadcast. */
export function* countDelivery(
  sql: Sql,
  at: { user: UserNumber; message: number; arrived: boolean; atMs: number },
): Operation<void> {
  const row = yield* sql.get<{ broadcast: BroadcastNumber }>(
    'SELECT broadcast FROM broadcast_recipients WHERE usr = $1 AND message = $2',
    at.user,
    at.message,
  )
  if (!row) return
  const result = at.arrived ? 'delivered' : 'undelivered'
  yield* countResults(sql, [{ ...row, result, atMs: at.atMs }])
}

/**
 * What came before the recipients were settled: reports, since `message` was not known; and what
 * their tags count.
 */
export function* countEarly(
  sql: Sql,
  broadcast: BroadcastNumber,
  users: readonly UserNumber[],
  atMs: number,
): Operation<Counted[]> {
  const rows = yield* sql.all<EarlyResults>(
    `SELECT r.usr AS "user", delivered, tags, opened_ms AS "openedMs", renewed_ms AS "renewedMs"
     FROM broadcast_recipients AS r JOIN messages AS m ON m.usr = r.usr AND m.id = r.message
     WHERE r.broadcast = $1 AND r.usr ${sql.dialect.anyOf('$2', 'bigint')}
       AND (delivered IS NOT NULL OR opened_ms IS NOT NULL)`,
    broadcast,
    users,
  )
  const counted: Counted[] = []
  for (const { user, delivered, tags, openedMs, renewedMs } of rows) {
    if (delivered !== null) {
      counted.push({ broadcast, result: delivered === '' ? 'delivered' : 'undelivered', atMs })
    }
    if (openedMs !== null) yield* countTags(sql, { user, tags, result: 'opened', atMs: openedMs })
    if (renewedMs !== null) {
      yield* countTags(sql, { user, tags, result: 'renewed', atMs: renewedMs })
    }
  }
  return counted
}

interface EarlyResults {
  user: UserNumber
  delivered: string | null
  tags: string | null
  openedMs: number | null
  renewedMs: number | null
}

export function* findResults(sql: Sql, broadcast: BroadcastNumber): Operation<ResultCount[]> {
  const rows = yield* sql.all<{ hourMs: number; result: number; count: number }>(
    `SELECT hour_ms AS "hourMs", result, count FROM broadcast_results WHERE broadcast = $1
     ORDER BY hour_ms, result`,
    broadcast,
  )
  return rows.map(({ result, ...row }) => ({ ...row, result: broadcastResultCode.word(result) }))
}

/** Who of the first recipients was active: held out ones, and those who were sent to. */
export function* compareHeldOut(
  sql: Sql,
  { broadcast, fromMs }: CompareHeldOut,
): Operation<{ heldOut: ComparedUsers; sent: ComparedUsers }> {
  const range = [broadcast, fromMs, fromMs + resultWithinMs] as const
  const compare = sql.dialect.spansMachines ? compareApart : compareTogether
  const rows = yield* compare(sql, range)
  const [heldOut, sent] = [
    { users: 0, active: 0 },
    { users: 0, active: 0 },
  ]
  for (const { state, users, active } of rows) {
    const of = recipientCode.word(state) === 'heldOut' ? heldOut : sent
    of.users += users
    of.active += active
  }
  return { heldOut, sent }
}

type Compared = ComparedUsers & { state: number }
type ComparedRange = readonly [broadcast: BroadcastNumber, afterMs: number, untilMs: number]

const isCompared = `state IN (${cameStates}, ${recipientCode.of('heldOut')})`
const firstRecipients = `(SELECT usr, state FROM broadcast_recipients WHERE broadcast = $1
  ORDER BY usr LIMIT ${comparedRecipients}) AS first`

const compareTogether = (sql: Sql, range: ComparedRange) =>
  sql.all<Compared>(
    `SELECT state, count(*) AS users, count(CASE WHEN EXISTS (
         SELECT 1 FROM events WHERE events.usr = first.usr AND received_ms > $2
           AND received_ms <= $3) THEN 1 END) AS active
     FROM ${firstRecipients} WHERE ${isCompared} GROUP BY state`,
    ...range,
  )

/** Recipients lie elsewhere than the events of their users. */
function* compareApart(
  sql: Sql,
  [broadcast, afterMs, untilMs]: ComparedRange,
): Operation<Compared[]> {
  const first = yield* sql.all<{ user: UserNumber; state: number }>(
    `SELECT usr AS "user", state FROM ${firstRecipients} WHERE ${isCompared}`,
    broadcast,
  )
  const rows = yield* sql.all<{ user: UserNumber }>(
    `SELECT DISTINCT usr AS "user" FROM events
     WHERE usr ${sql.dialect.anyOf('$1', 'bigint')} AND received_ms > $2 AND received_ms <= $3`,
    first.map(({ user }) => user),
    afterMs,
    untilMs,
  )
  const active = new Set(rows.map(({ user }) => user))
  return first.map(({ user, state }) => ({ state, users: 1, active: active.has(user) ? 1 : 0 }))
}
