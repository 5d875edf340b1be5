/** Broadcasts: created, found, and moved from one state to another. */
import type { BroadcastState } from '../../../shared/codes.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import {
  broadcastCode,
  isLive,
  readSender,
  recipientCode,
  withoutNulls,
  writeSender,
} from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  BroadcastNumber,
  BroadcastRow,
  CreateBroadcast,
  CreatedBroadcast,
  HoldBroadcast,
  MovedBroadcast,
  MoveBroadcast,
  Page,
  ReasonCount,
  Sender,
  StateCount,
} from '../store.ts'
import { tellBroadcast } from './broadcast-changes.ts'
import { cutPage, readCursor } from './pages.ts'
import { findApp, internApp } from './users.ts'

interface BroadcastColumns {
  number: BroadcastNumber
  appId: string
  id: string
  plan: string
  state: number
  createdAtMs: number
  startAtMs: number | null
  startedAtMs: number | null
  endedAtMs: number | null
  deadlineMs: number | null
  dueMs: number
  openingUser: number | null
  recipients: number
  sent: number
  refused: number
  unknown: number
  heldOut: number
  perMinute: number
  reason: string | null
  sentBy: string | null
}

const selectBroadcasts = `
  SELECT broadcast AS number, app_id AS "appId", id, plan, state, created_ms AS "createdAtMs",
    start_at_ms AS "startAtMs", started_ms AS "startedAtMs", ended_ms AS "endedAtMs",
    deadline_ms AS "deadlineMs", due_ms AS "dueMs", opening_usr AS "openingUser", recipients, sent,
    refused, unknown, held_out AS "heldOut", per_minute AS "perMinute", reason, sent_by AS "sentBy"
  FROM broadcasts JOIN apps USING (app)`

function toBroadcast(columns: BroadcastColumns): BroadcastRow {
  const { state, openingUser, recipients, sent, refused, unknown, heldOut, sentBy, ...row } =
    columns
  const waiting = recipients - sent - refused - unknown - heldOut
  return {
    ...(withoutNulls(row) as Omit<BroadcastRow, 'state' | 'isOpening' | 'counts' | 'sentBy'>),
    state: broadcastCode.word(state),
    isOpening: openingUser !== null,
    counts: { recipients, waiting, sent, refused, unknown, heldOut },
    ...(sentBy !== null && { sentBy: { network: undefined, ...readSender(sentBy) } as Sender }),
  }
}

export function* createBroadcast(sql: Sql, input: CreateBroadcast): Operation<CreatedBroadcast> {
  const app = yield* internApp(sql, input.appId)
  const { nowMs, startAtMs } = input
  const isLater = startAtMs !== undefined && startAtMs > nowMs
  const state = input.from === 'list' ? 'draft' : isLater ? 'scheduled' : 'running'
  const inserted = yield* sql.run(
    `INSERT INTO broadcasts (app, id, key, body, plan, created_ms, due_ms, served_ms, minute_ms,
       start_at_ms, started_ms, deadline_ms, opening_usr, state, sent_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $6, $8, $9, $10, $11, $12, $13)
     ON CONFLICT DO NOTHING`,
    app,
    input.id,
    input.keyHash,
    input.bodyHash,
    input.plan,
    nowMs,
    isLater ? startAtMs : nowMs,
    startAtMs ?? null,
    state === 'running' ? nowMs : null,
    input.deadlineMs ?? (state === 'running' ? nowMs + broadcastRules.lastsMs : null),
    input.from === 'holders' ? -1 : null,
    broadcastCode.of(state),
    writeSender(input.sentBy),
  )
  const known = yield* sql.get<{ id: string; body: Uint8Array }>(
    'SELECT id, body FROM broadcasts WHERE app = $1 AND key = $2',
    app,
    input.keyHash,
  )
  if (Buffer.compare(known!.body, input.bodyHash) !== 0) return { was: 'conflict' }
  const broadcast = (yield* findBroadcast(sql, { appId: input.appId, id: known!.id }))!
  if (inserted === 1) yield* tellBroadcast(sql, broadcast.number, nowMs)
  return { was: inserted === 1 ? 'created' : 'replayed', broadcast }
}

export function* findBroadcast(
  sql: Sql,
  { appId, id }: { appId: string; id: string },
): Operation<BroadcastRow | undefined> {
  const found = yield* sql.get<BroadcastColumns>(`${selectBroadcasts} WHERE id = $1`, id)
  return found?.appId === appId ? toBroadcast(found) : undefined
}

export function* findNumbered(
  sql: Sql,
  numbers: readonly BroadcastNumber[],
): Operation<Map<BroadcastNumber, BroadcastRow>> {
  const rows = yield* sql.all<BroadcastColumns>(
    `${selectBroadcasts} WHERE broadcast ${sql.dialect.anyOf('$1', 'bigint')}`,
    numbers,
  )
  return new Map(rows.map((row) => [row.number, toBroadcast(row)]))
}

export function* findBroadcasts(
  sql: Sql,
  { appId, page }: { appId: string; page: Page & { state?: BroadcastState } },
): Operation<{ broadcasts: BroadcastRow[]; cursor?: string }> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return { broadcasts: [] }
  const [before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER])
  const rows = yield* sql.all<BroadcastColumns>(
    `${selectBroadcasts} WHERE app = $1 AND broadcast < $2
       AND (CAST($3 AS smallint) IS NULL OR state = $3)
     ORDER BY broadcast DESC LIMIT $4`,
    app,
    before,
    page.state === undefined ? null : broadcastCode.of(page.state),
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ number }) => [number])
  return { broadcasts: onPage.map(toBroadcast), ...next }
}

export function* countBroadcasts(sql: Sql, appId: string): Operation<StateCount[]> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return []
  const rows = yield* sql.all<{ state: number; count: number }>(
    'SELECT state, count(*) AS count FROM broadcasts WHERE app = $1 GROUP BY state',
    app,
  )
  return rows.map(({ state, count }) => ({ state: broadcastCode.word(state), count }))
}

export function* countReasons(sql: Sql, broadcast: BroadcastNumber): Operation<ReasonCount[]> {
  const rows = yield* sql.all<Omit<ReasonCount, 'state'> & { state: number }>(
    `SELECT state, reason, count FROM broadcast_reasons WHERE broadcast = $1 AND count > 0
     ORDER BY state, count DESC, reason`,
    broadcast,
  )
  return rows.map(({ state, ...row }) => ({ ...row, state: recipientCode.word(state) }))
}

export function* findDueBroadcasts(
  sql: Sql,
  { nowMs, limit }: { nowMs: number; limit: number },
): Operation<BroadcastRow[]> {
  const rows = yield* sql.all<BroadcastColumns>(
    `${selectBroadcasts} WHERE ${isLive} AND due_ms <= $1 ORDER BY served_ms, broadcast LIMIT $2`,
    nowMs,
    limit,
  )
  return rows.map(toBroadcast)
}

export function* moveBroadcast(
  sql: Sql,
  { appId, id, to, nowMs, reason }: MoveBroadcast,
): Operation<MovedBroadcast | undefined> {
  yield* sql.get(`SELECT 1 FROM broadcasts WHERE id = $1 ${sql.dialect.forUpdate}`, id)
  const found = yield* findBroadcast(sql, { appId, id })
  if (!found) return undefined
  const state = stateAfter(found, to, nowMs)
  if (state === undefined) return { broadcast: found, changed: false }
  const isLater = state === 'scheduled'
  yield* sql.run(
    `UPDATE broadcasts SET state = $2, reason = $3, due_ms = $4,
       started_ms = coalesce(started_ms, $5), deadline_ms = coalesce(deadline_ms, $6),
       ended_ms = $7
     WHERE broadcast = $1`,
    found.number,
    broadcastCode.of(state),
    to === 'pause' ? (reason ?? null) : null,
    isLater ? found.startAtMs! : nowMs,
    state === 'running' ? nowMs : null,
    state === 'running' ? nowMs + broadcastRules.lastsMs : null,
    state === 'cancelled' ? nowMs : null,
  )
  yield* tellBroadcast(sql, found.number, nowMs)
  return { broadcast: (yield* findBroadcast(sql, { appId, id }))!, changed: true }
}

/** `undefined`: it stays as it is. */
function stateAfter(
  { state, startAtMs, startedAtMs }: BroadcastRow,
  to: MoveBroadcast['to'],
  nowMs: number,
): BroadcastState | undefined {
  const isLater = startedAtMs === undefined && startAtMs !== undefined && startAtMs > nowMs
  switch (to) {
    case 'start':
    case 'resume':
      if (state !== (to === 'start' ? 'draft' : 'paused')) return undefined
      return isLater ? 'scheduled' : 'running'
    case 'pause':
      return state === 'scheduled' || state === 'running' ? 'paused' : undefined
    case 'cancel':
      return state === 'done' || state === 'cancelled' ? undefined : 'cancelled'
    default:
      return to satisfies never
  }
}

export function* holdBroadcast(
  sql: Sql,
  { broadcast, nowMs, untilMs, reason }: HoldBroadcast,
): Operation<void> {
  const held = yield* sql.run(
    `UPDATE broadcasts SET due_ms = $2, reason = $3
     WHERE broadcast = $1 AND ${isLive} AND due_ms < $2`,
    broadcast,
    untilMs,
    reason,
  )
  if (held > 0) yield* tellBroadcast(sql, broadcast, nowMs)
}

/** A broadcast that this transaction serves. */
export interface Served {
  app: number
  id: string
  appId: string
  position: number
  openingUser: number | null
  deadlineMs: number
  nextSendMs: number
  recipients: number
  /** With those who are left out. */
  settled: number
}

/**
 * Locks a broadcast that is due, and begins it if it was scheduled. `undefined`: it is not due, or
 * another process serves it.
 */
export function* serve(
  sql: Sql,
  { broadcast, nowMs }: { broadcast: BroadcastNumber; nowMs: number },
): Operation<Served | undefined> {
  const due = yield* sql.get<{ goesOn: number | boolean }>(
    `SELECT state <> ${broadcastCode.of('running')} OR reason IS NOT NULL AS "goesOn"
     FROM broadcasts WHERE broadcast = $1 AND ${isLive} AND due_ms <= $2
     ${sql.dialect.skipLocked}`,
    broadcast,
    nowMs,
  )
  if (!due) return undefined
  const served = yield* sql.get<Served>(
    `UPDATE broadcasts SET state = ${broadcastCode.of('running')}, served_ms = $2, reason = NULL,
       started_ms = coalesce(started_ms, $2), deadline_ms = coalesce(deadline_ms, $3)
     WHERE broadcast = $1
     RETURNING app, (SELECT app_id FROM apps WHERE apps.app = broadcasts.app) AS "appId", id,
       position, opening_usr AS "openingUser", deadline_ms AS "deadlineMs",
       next_send_ms AS "nextSendMs", recipients, sent + refused + unknown + held_out AS settled`,
    broadcast,
    nowMs,
    nowMs + broadcastRules.lastsMs,
  )
  if (due.goesOn) yield* tellBroadcast(sql, broadcast, nowMs)
  return served
}

export const countAdded = (
  sql: Sql,
  broadcast: BroadcastNumber,
  { added, heldOut }: { added: number; heldOut: number },
) =>
  sql.run(
    `UPDATE broadcasts SET recipients = recipients + $2, held_out = held_out + $3
     WHERE broadcast = $1`,
    broadcast,
    added,
    heldOut,
  )
