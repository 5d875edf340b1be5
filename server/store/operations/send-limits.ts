/**
 * What holds a message back before it reserves a credit: a suspended channel, through which only
 * probes go, and our limits a user and day.
 */
import type { Channel, MessageReason } from '../../../shared/wire/index.ts'
import { channelCode } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { ChannelSuspension, Probe, SendLimit, UserNumber } from '../store.ts'
import { noteChange } from './changes.ts'
import { findApp, internWatchedApp, type WatchedApp } from './users.ts'

/** A pause never shortens a shut, nor an earlier pause a later one. */
export function* suspendChannel(sql: Sql, suspension: ChannelSuspension): Operation<void> {
  const { app, watched } = yield* internWatchedApp(sql, suspension.appId)
  if (watched > 0) yield* noteSuspended(sql, { app, watched }, suspension)
  yield* sql.run(
    `INSERT INTO suspensions AS known (app, channel, shut, until_ms, reason, at_ms, probe_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (app, channel) DO UPDATE SET shut = excluded.shut, until_ms = excluded.until_ms,
       reason = excluded.reason, at_ms = excluded.at_ms, probe_ms = excluded.probe_ms
     WHERE excluded.shut > known.shut OR (excluded.shut = known.shut
       AND coalesce(excluded.until_ms, 0) >= coalesce(known.until_ms, 0))`,
    app,
    channelCode.of(suspension.channel),
    suspension.kind === 'shut',
    suspension.untilMs,
    JSON.stringify(suspension.reason),
    suspension.atMs,
  )
}

/** A suspension that every refused message repeats is told once. */
function* noteSuspended(
  sql: Sql,
  app: WatchedApp,
  { channel, kind, untilMs, reason, atMs }: ChannelSuspension,
): Operation<void> {
  // Two suspensions at once: the second one waits, and finds the first.
  yield* sql.get(`SELECT 1 FROM apps WHERE app = $1 ${sql.dialect.forUpdate}`, app.app)
  const covered = yield* sql.get(
    `SELECT 1 FROM suspensions
     WHERE app = $1 AND channel = $2 AND (shut OR until_ms > $3)
       AND (shut OR (NOT CAST($4 AS boolean) AND until_ms >= $5))`,
    app.app,
    channelCode.of(channel),
    atMs,
    kind === 'shut',
    untilMs ?? 0,
  )
  if (covered) return
  const detail = { channel, kind, untilMs, reason }
  yield* noteChange(sql, { ...app, atMs, type: 'channel.suspended', detail })
}

/** Each suspension has its own `at_ms`, and only equality is tested: clocks may go back. */
export function* resumeChannel(
  sql: Sql,
  { appId, channel, shutAtMs }: { appId: string; channel: Channel; shutAtMs: number | undefined },
): Operation<void> {
  yield* sql.run(
    `DELETE FROM suspensions
     WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND channel = $2
       AND at_ms = coalesce($3, at_ms)`,
    appId,
    channelCode.of(channel),
    shutAtMs ?? null,
  )
}

/** Deletes pauses that are over. */
export const sweepSuspensions = (sql: Sql, { nowMs }: { nowMs: number }): Step<number> =>
  sql.run('DELETE FROM suspensions WHERE NOT shut AND until_ms <= $1', nowMs)

export function* findSuspensions(sql: Sql, appId: string): Operation<ChannelSuspension[]> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return []
  const rows = yield* sql.all<SuspensionRow>(
    `SELECT channel, shut, until_ms AS "untilMs", reason, at_ms AS "atMs"
     FROM suspensions WHERE app = $1`,
    app,
  )
  return rows.map(({ channel, shut, reason, ...row }) => ({
    ...row,
    appId,
    channel: channelCode.word(channel),
    kind: shut ? 'shut' : 'pause',
    reason: JSON.parse(reason) as MessageReason,
  }))
}

interface SuspensionRow {
  channel: number
  shut: boolean | number
  untilMs: number | null
  reason: string
  atMs: number
}

/** A message that wants to go through a channel. */
export interface Candidate {
  app: number
  channel: Channel
  nowMs: number
  probeEveryMs: number
}

/** `probe`: call `markProbe` if the message is sent. */
type Admission = { admitted: true; probe: Probe } | { admitted: false; reason: MessageReason }

/** Whether the message may be sent. A shut channel admits one message in `probeEveryMs`. */
export function* admit(sql: Sql, candidate: Candidate): Operation<Admission> {
  const admission = yield* decide(sql, candidate, selectSuspension)
  const isProbe = admission.admitted && admission.probe !== false
  // Of several that may be the probe, the first locks the row; the others decide again after it.
  return isProbe && sql.dialect.isConcurrent
    ? yield* decide(sql, candidate, `${selectSuspension} ${sql.dialect.forUpdate}`)
    : admission
}

const selectSuspension = `
  SELECT shut, reason, at_ms AS "atMs", probe_ms AS "probeMs" FROM suspensions
  WHERE app = $1 AND channel = $2 AND (shut OR until_ms > $3)`

function* decide(
  sql: Sql,
  { app, channel, nowMs, probeEveryMs }: Candidate,
  text: string,
): Operation<Admission> {
  const row = yield* sql.get<Omit<SuspensionRow, 'channel' | 'untilMs'> & { probeMs: number }>(
    text,
    app,
    channelCode.of(channel),
    nowMs,
  )
  if (!row) return { admitted: true, probe: false }
  if (row.shut && row.probeMs + probeEveryMs <= nowMs) {
    return { admitted: true, probe: { shutAtMs: row.atMs } }
  }
  return { admitted: false, reason: JSON.parse(row.reason) as MessageReason }
}

export function* markProbe(sql: Sql, { app, channel, nowMs }: Candidate): Operation<void> {
  yield* sql.run(
    'UPDATE suspensions SET probe_ms = $1 WHERE app = $2 AND channel = $3',
    nowMs,
    app,
    channelCode.of(channel),
  )
}

/**
 * Why nothing may be sent to the user now; `undefined`: it may. No other transaction can change the
 * count until this one ends.
 */
export function* limitReached(
  sql: Sql,
  user: UserNumber,
  limit: SendLimit = {},
): Operation<MessageReason | undefined> {
  if (limit.closed) return limit.closed
  if (!limit.perDay) return undefined
  const { day, most, ifOver } = limit.perDay
  const row = yield* sql.get<{ count: number }>(
    `SELECT count FROM user_days WHERE usr = $1 AND day = $2 ${sql.dialect.forUpdate}`,
    user,
    day,
  )
  return (row?.count ?? 0) >= most ? ifOver : undefined
}

export function* countDay(sql: Sql, user: UserNumber, day: number): Operation<void> {
  yield* sql.run(
    `INSERT INTO user_days (usr, day, count) VALUES ($1, $2, 1)
     ON CONFLICT (usr) DO UPDATE SET day = excluded.day,
       count = CASE WHEN user_days.day = excluded.day THEN user_days.count ELSE 0 END + 1`,
    user,
    day,
  )
}

/** A message that was refused does not count. */
export function* uncountDay(sql: Sql, user: UserNumber, day: number): Operation<void> {
  yield* sql.run(
    'UPDATE user_days SET count = count - 1 WHERE usr = $1 AND day = $2 AND count > 0',
    user,
    day,
  )
}
