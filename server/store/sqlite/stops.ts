import type { Channel } from '../../../shared/wire/index.ts'
import { passageAt, toStop } from '../channel-stops.ts'
import type { Passage, Passing, Stop, StopRow } from '../channel-stops.ts'
import { channelCode } from '../row-codes.ts'
import type { ChannelSuspension } from '../store.ts'
import type { Statements } from './statements.ts'
import { findApp, internApp } from './users.ts'

/** A pause never shortens a shut, nor an earlier pause a later one. */
export function suspendChannel(sql: Statements, stop: ChannelSuspension): void {
  const shut = Number(stop.kind === 'shut')
  sql(
    `INSERT INTO suspensions (app, channel, shut, until_ms, reason, at_ms, probe_ms) VALUES (?, ?, ?, ?, ?, ?6, ?6)
     ON CONFLICT DO UPDATE SET shut = excluded.shut, until_ms = excluded.until_ms, reason = excluded.reason,
       at_ms = excluded.at_ms, probe_ms = excluded.probe_ms
     WHERE excluded.shut > shut OR (excluded.shut = shut AND coalesce(excluded.until_ms, 0) >= coalesce(until_ms, 0))`,
  ).run(
    internApp(sql, stop.appId),
    channelCode.of(stop.channel),
    shut,
    stop.untilMs,
    JSON.stringify(stop.reason),
    stop.atMs,
  )
}

export function resumeChannel(sql: Statements, appId: string, channel: Channel): void {
  sql(
    'DELETE FROM suspensions WHERE app = (SELECT app FROM apps WHERE app_id = ?) AND channel = ?',
  ).run(appId, channelCode.of(channel))
}

/** Pauses that are over. */
export function sweepSuspensions(sql: Statements, { nowMs }: { nowMs: number }): number {
  return sql('DELETE FROM suspensions WHERE shut = 0 AND until_ms <= ?').run(nowMs)
}

export function findSuspensions(sql: Statements, appId: string): ChannelSuspension[] {
  const app = findApp(sql, appId)
  if (app === undefined) return []
  return sql<StopRow>(
    `SELECT channel, shut, until_ms AS untilMs, reason, at_ms AS atMs FROM suspensions
     WHERE app = ?`,
  )
    .all(app)
    .map(toStop(appId))
}

/** May a message go out? One in `probeEveryMs` may through a shut channel: `markProbe` when it does. */
export function pass(sql: Statements, passing: Passing): Passage {
  const stop = sql<Stop>(
    `SELECT shut, reason, probe_ms AS probeMs FROM suspensions
     WHERE app = ? AND channel = ? AND (shut = 1 OR until_ms > ?)`,
  ).get(passing.app, channelCode.of(passing.channel), passing.nowMs)
  return passageAt(stop, passing)
}

export function markProbe(sql: Statements, { app, channel, nowMs }: Passing): void {
  sql('UPDATE suspensions SET probe_ms = ? WHERE app = ? AND channel = ?').run(
    nowMs,
    app,
    channelCode.of(channel),
  )
}
