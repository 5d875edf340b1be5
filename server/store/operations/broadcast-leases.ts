/**
 * The recipients of a broadcast that runs: leased for one message each, and settled. Who changes
 * counts locks the broadcast first, then its recipients.
 */
import { broadcastRules, sendingRules } from '../../rules/broadcasts.ts'
import { minute } from '../../rules/time.ts'
import { broadcastCode, isLive, readMessageId, recipientCode, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  BroadcastNumber,
  LeasedRecipient,
  LeasedRecipients,
  LeaseRecipients,
  RecipientOutcome,
  SettledCount,
  SettledRecipients,
  SettleRecipients,
  TakenOver,
  UserNumber,
} from '../store.ts'
import { isCountTold, tellBroadcast } from './broadcast-changes.ts'
import { countEarly, countResults, type Counted } from './broadcast-results.ts'
import { findNumbered, serve, type Served } from './broadcasts.ts'
import { addOpenIds, openIdOf } from './open-ids.ts'

const nothing: LeasedRecipients = { recipients: [], more: false }

export function* leaseRecipients(sql: Sql, input: LeaseRecipients): Operation<LeasedRecipients> {
  const { broadcast, nowMs } = input
  const served = yield* serve(sql, input)
  if (!served || served.openingUser !== null) return nothing
  if (served.deadlineMs <= nowMs) return yield* refuseLate(sql, broadcast, served, nowMs)
  const { room, nextSendMs } = roomOf(input, served)
  if (room === 0) {
    yield* wait(sql, broadcast, nextSendMs)
    return nothing
  }
  const again = yield* leasePostponed(sql, input, room)
  const fresh = yield* leaseFresh(sql, input, served.position, room - again.length)
  const rows = yield* addOpenIds(sql, [...again, ...fresh])
  if (rows.length === 0) {
    yield* endOrWait(sql, broadcast, served, nowMs)
    return nothing
  }
  const next = Math.ceil(nextSendMs + rows.length * (input.paceMs ?? 0))
  yield* sql.run(
    `UPDATE broadcasts SET next_send_ms = $2, due_ms = $3,
       position = CASE WHEN position < $4 THEN $4 ELSE position END
     WHERE broadcast = $1`,
    broadcast,
    next,
    Math.max(nowMs, next),
    Math.max(-1, ...fresh.map(({ user }) => user)),
  )
  return { recipients: rows.map(toLeased), more: rows.length === input.limit }
}

/** How many messages the pace allows now. What was missed is caught up on for a moment only. */
function roomOf(
  { nowMs, limit, paceMs }: LeaseRecipients,
  served: Served,
): { room: number; nextSendMs: number } {
  if (paceMs === undefined) return { room: limit, nextSendMs: nowMs }
  const caughtUpMs = Math.max(0, sendingRules.caughtUpMs - paceMs)
  const nextSendMs = Math.max(served.nextSendMs, nowMs - caughtUpMs)
  const room = Math.floor((nowMs - nextSendMs) / paceMs) + 1
  return { room: Math.max(0, Math.min(limit, room)), nextSendMs }
}

const wait = (sql: Sql, broadcast: BroadcastNumber, untilMs: number) =>
  sql.run('UPDATE broadcasts SET due_ms = $2 WHERE broadcast = $1', broadcast, Math.ceil(untilMs))

interface LeasedColumns {
  user: UserNumber
  openId: string | null
  tries: number
  data: string | null
  page: string | null
}

const lease = `UPDATE broadcast_recipients
  SET state = ${recipientCode.of('sending')}, lease_ends = $now + $3, due_ms = NULL
  WHERE broadcast = $1 AND usr`
/** Of those behind `position`: the others are left out. */
const isWaiting = `state = ${recipientCode.of('waiting')}`
const leased = (sql: Sql) => `RETURNING usr AS "user", tries, data, page,
  ${openIdOf(sql, 'broadcast_recipients.usr')} AS "openId"`

function* leasePostponed(
  sql: Sql,
  { broadcast, nowMs, leaseMs }: LeaseRecipients,
  limit: number,
): Operation<LeasedColumns[]> {
  return yield* sql.all<LeasedColumns>(
    `${lease} IN (SELECT usr FROM broadcast_recipients WHERE broadcast = $1 AND due_ms <= $2
       ORDER BY due_ms LIMIT $4) ${leased(sql)}`,
    broadcast,
    nowMs,
    leaseMs,
    limit,
  )
}

function* leaseFresh(
  sql: Sql,
  { broadcast, leaseMs }: LeaseRecipients,
  position: number,
  limit: number,
): Operation<LeasedColumns[]> {
  if (limit === 0) return []
  return yield* sql.all<LeasedColumns>(
    `${lease} IN (SELECT usr FROM broadcast_recipients
       WHERE broadcast = $1 AND usr > $2 AND ${isWaiting} ORDER BY usr LIMIT $4) ${leased(sql)}`,
    broadcast,
    position,
    leaseMs,
    limit,
  )
}

function toLeased(columns: LeasedColumns): LeasedRecipient {
  const { openId, ...row } = columns
  return { ...(withoutNulls(row) as Omit<LeasedRecipient, 'openId'>), openId: openId ?? undefined }
}

/** Nothing is left to lease: it is over, or the last ones are under way, or due later. */
function* endOrWait(
  sql: Sql,
  broadcast: BroadcastNumber,
  served: Served,
  nowMs: number,
): Operation<void> {
  if (served.settled >= served.recipients) {
    yield* end(sql, broadcast, nowMs)
    return
  }
  const next = yield* sql.get<{ dueMs: number | null }>(
    `SELECT min(due_ms) AS "dueMs" FROM broadcast_recipients
     WHERE broadcast = $1 AND due_ms IS NOT NULL`,
    broadcast,
  )
  const soonMs = nowMs + sendingRules.takeOverEveryMs
  yield* wait(sql, broadcast, Math.min(next?.dueMs ?? soonMs, served.deadlineMs))
}

/** Whether it ended now. */
function* end(sql: Sql, broadcast: BroadcastNumber, nowMs: number): Operation<boolean> {
  const ended = yield* sql.run(
    `UPDATE broadcasts SET state = ${broadcastCode.of('done')}, ended_ms = $2, reason = NULL
     WHERE broadcast = $1 AND state = ${broadcastCode.of('running')} AND opening_usr IS NULL`,
    broadcast,
    nowMs,
  )
  if (ended > 0) yield* tellBroadcast(sql, broadcast, nowMs)
  return ended > 0
}

const late = 'deadline'

/** Refuses some of those that wait. The outcomes of those under way are awaited. */
function* refuseLate(
  sql: Sql,
  broadcast: BroadcastNumber,
  served: Served,
  nowMs: number,
): Operation<LeasedRecipients> {
  const refuse = (which: string, ...values: number[]) =>
    sql.all<{ user: number }>(
      `UPDATE broadcast_recipients SET state = ${recipientCode.of('refused')}, reason = '${late}',
         due_ms = NULL, data = NULL, page = NULL
       WHERE broadcast = $1 AND usr IN (SELECT usr FROM broadcast_recipients WHERE broadcast = $1
         AND ${which} LIMIT ${broadcastRules.refusedPerStep}) RETURNING usr AS "user"`,
      broadcast,
      ...values,
    )
  const fresh = yield* refuse(`usr > $2 AND ${isWaiting} ORDER BY usr`, served.position)
  const postponed = yield* refuse('due_ms IS NOT NULL')
  const count = fresh.length + postponed.length
  if (count === 0) {
    yield* endOrWait(sql, broadcast, served, nowMs)
    return nothing
  }
  const last = fresh.reduce((max, { user }) => Math.max(max, user), -1)
  yield* sql.run(
    `UPDATE broadcasts SET position = CASE WHEN position < $2 THEN $2 ELSE position END
     WHERE broadcast = $1`,
    broadcast,
    last,
  )
  const counts: SettledCount[] = [{ state: 'refused', reason: late, count }]
  yield* moveCounts(sql, broadcast, counts, nowMs)
  return { recipients: [], more: true, settled: { appId: served.appId, counts } }
}

const settledSum = 'sent + refused + unknown'
/** A clock that was set back begins another minute. */
const isMinuteOver = `($5 - minute_ms >= ${minute} OR $5 < minute_ms)`

const settledStates = ['sent', 'refused', 'unknown'] as const

export function* moveCounts(
  sql: Sql,
  broadcast: BroadcastNumber,
  counts: readonly SettledCount[],
  nowMs: number,
  more: readonly Counted[] = [],
): Operation<void> {
  const sums = { sent: 0, refused: 0, unknown: 0 }
  const results = counts.map(({ state: result, count }) => ({
    broadcast,
    result,
    count,
    atMs: nowMs,
  }))
  yield* countResults(sql, [...results, ...more])
  for (const { state, reason, count } of counts) {
    sums[state] += count
    if (reason === '') continue
    yield* sql.run(
      `INSERT INTO broadcast_reasons (broadcast, state, reason, count) VALUES ($1, $2, $3, $4)
       ON CONFLICT (broadcast, state, reason) DO UPDATE
         SET count = broadcast_reasons.count + excluded.count`,
      broadcast,
      recipientCode.of(state),
      reason,
      count,
    )
  }
  const left = yield* sql.get<{ waiting: number; isTold: number | boolean }>(
    `UPDATE broadcasts SET sent = sent + $2, refused = refused + $3, unknown = unknown + $4,
       per_minute = CASE WHEN ${isMinuteOver} THEN
         CAST((CAST(${settledSum} AS bigint) - minute_count) * ${minute}
           / CASE WHEN $5 > minute_ms THEN $5 - minute_ms ELSE ${minute} END AS bigint)
         ELSE per_minute END,
       minute_count = CASE WHEN ${isMinuteOver} THEN ${settledSum} ELSE minute_count END,
       minute_ms = CASE WHEN ${isMinuteOver} THEN $5 ELSE minute_ms END
     WHERE broadcast = $1
     RETURNING recipients - held_out - (${settledSum}) AS waiting,
       ${isCountTold('$5')} AS "isTold"`,
    broadcast,
    sums.sent,
    sums.refused,
    sums.unknown,
    nowMs,
  )
  const { waiting, isTold } = left!
  const ended = waiting <= 0 && (yield* end(sql, broadcast, nowMs))
  if (isTold && !ended) yield* tellBroadcast(sql, broadcast, nowMs)
}

/** Most looks find none: then no transaction is needed. */
export function* areLeasesOver(sql: Sql): Operation<boolean> {
  const found = yield* sql.get(
    'SELECT 1 FROM broadcast_recipients WHERE lease_ends <= $now LIMIT 1',
  )
  return found !== undefined
}

export function* takeOverRecipients(
  sql: Sql,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Operation<TakenOver[]> {
  const due = yield* sql.all<{ broadcast: BroadcastNumber; usr: number }>(
    `SELECT broadcast, usr FROM broadcast_recipients WHERE lease_ends <= $now
     ORDER BY lease_ends LIMIT $1 ${sql.dialect.skipLocked}`,
    limit,
  )
  if (due.length === 0) return []
  const broadcasts = yield* findNumbered(sql, [...new Set(due.map(({ broadcast }) => broadcast))])
  const taken: TakenOver[] = []
  for (const { broadcast, usr } of due) {
    const row = yield* sql.get<LeasedColumns>(
      `UPDATE broadcast_recipients SET lease_ends = $now + $3
       WHERE broadcast = $1 AND usr = $2 ${leased(sql)}`,
      broadcast,
      usr,
      leaseMs,
    )
    const one = broadcasts.get(broadcast)
    if (!row || !one) continue
    const [withOpenId] = yield* addOpenIds(sql, [row])
    taken.push({ ...toLeased(withOpenId!), broadcast: one })
  }
  return taken
}

/** The first column alone leads SQLite to the rows: else it reads all of the broadcast. */
const users = { o_usr: 'bigint' } as const
const outcomeColumns = {
  o_usr: 'bigint',
  o_tries: 'bigint',
  o_state: 'bigint',
  o_reason: 'text',
  o_message: 'bigint',
  o_due: 'bigint',
  o_due_in: 'bigint',
} as const

export function* settleRecipients(sql: Sql, input: SettleRecipients): Operation<SettledRecipients> {
  const { broadcast, nowMs, outcomes } = input
  const locked = yield* sql.get<{ appId: string }>(
    `SELECT (SELECT app_id FROM apps WHERE apps.app = broadcasts.app) AS "appId"
     FROM broadcasts WHERE broadcast = $1 ${sql.dialect.forUpdate}`,
    broadcast,
  )
  const [waiting, sending] = [recipientCode.of('waiting'), recipientCode.of('sending')]
  const settled = yield* sql.all<SettledColumns>(
    `UPDATE broadcast_recipients SET state = o_state, reason = o_reason, due_ms = o_due,
       message = coalesce(o_message, message),
       settled_ms = CASE WHEN o_state > ${sending} THEN CAST($3 AS bigint) END,
       lease_ends = CASE WHEN o_state = ${sending} THEN $now + o_due_in END,
       tries = tries + CASE WHEN o_state = ${waiting} THEN 1 ELSE 0 END,
       data = CASE WHEN o_state <= ${sending} THEN data END,
       page = CASE WHEN o_state <= ${sending} THEN page END
     FROM ${sql.dialect.rowsOf('$2', outcomeColumns)}
     WHERE broadcast = $1 AND usr IN (SELECT o_usr FROM ${sql.dialect.rowsOf('$2', users)})
       AND usr = o_usr AND state = ${sending} AND tries = o_tries
     RETURNING usr AS "user", state, reason, message`,
    broadcast,
    JSON.stringify(outcomes.map(toRow)),
    nowMs,
  )
  const counts = countSettled(settled)
  if (counts.length > 0) {
    const sent = settled.filter(({ message }) => message !== null).map(({ user }) => user)
    const early = yield* countEarly(sql, broadcast, sent, nowMs)
    yield* moveCounts(sql, broadcast, counts, nowMs, early)
  }
  const dueMs = outcomes.flatMap(({ to }) => (to.state === 'waiting' ? to.dueMs : []))
  if (dueMs.length > 0) yield* wakeUp(sql, broadcast, Math.min(...dueMs))
  return { appId: locked!.appId, counts }
}

interface SettledColumns {
  user: UserNumber
  state: number
  reason: string | null
  message: number | null
}

function countSettled(rows: readonly SettledColumns[]): SettledCount[] {
  const counts = new Map<string, SettledCount>()
  for (const { state: code, reason: given } of rows) {
    const word = recipientCode.word(code)
    const state = settledStates.find((one) => one === word)
    if (!state) continue
    const reason = given ?? ''
    const known = counts.get(`${state} ${reason}`) ?? { state, reason, count: 0 }
    counts.set(`${state} ${reason}`, { ...known, count: known.count + 1 })
  }
  return [...counts.values()]
}

/** A broadcast that waits for its last ones is due when one of them is. */
const wakeUp = (sql: Sql, broadcast: BroadcastNumber, dueMs: number) =>
  sql.run(
    `UPDATE broadcasts SET due_ms = $2
     WHERE broadcast = $1 AND ${isLive} AND due_ms > $2 AND reason IS NULL`,
    broadcast,
    dueMs,
  )

function toRow({ user, tries, messageId, to }: RecipientOutcome) {
  const message = messageId === undefined ? null : readMessageId(messageId)!.number
  const dueMs = 'dueMs' in to ? Math.ceil(to.dueMs) : null
  const dueInMs = 'dueInMs' in to ? Math.ceil(to.dueInMs) : null
  const reason = 'reason' in to ? to.reason : null
  return [user, tries, recipientCode.of(to.state), reason ?? null, message, dueMs, dueInMs]
}
