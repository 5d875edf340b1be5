import type { Channel, MessageReason } from '../../../shared/wire.ts'
import type { ChannelStop } from '../store.ts'
import { channelCode } from '../row-codes.ts'
import type { Statements } from './statements.ts'
import { findApp, internApp } from './users.ts'

/** A pause never shortens a shut, nor an earlier pause a later one. */
export function stopChannel(sql: Statements, stop: ChannelStop): void {
  const shut = Number(stop.kind === 'shut')
  sql(
    `INSERT INTO stops (app, channel, shut, until_ms, reason, at_ms, probe_ms) VALUES (?, ?, ?, ?, ?, ?6, ?6)
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

export function openChannel(sql: Statements, appId: string, channel: Channel): void {
  sql('DELETE FROM stops WHERE app = (SELECT app FROM apps WHERE app_id = ?) AND channel = ?').run(
    appId,
    channelCode.of(channel),
  )
}

/** Pauses that are over. */
export function sweepStops(sql: Statements, { nowMs }: { nowMs: number }): number {
  return sql('DELETE FROM stops WHERE shut = 0 AND until_ms <= ?').run(nowMs)
}

interface Row {
  channel: number
  shut: number
  untilMs: number | null
  reason: string
  atMs: number
}

export function findStops(sql: Statements, appId: string): ChannelStop[] {
  const app = findApp(sql, appId)
  if (app === undefined) return []
  return sql<Row>(
    `SELECT channel, shut, until_ms AS untilMs, reason, at_ms AS atMs FROM stops
     WHERE app = ?`,
  )
    .all(app)
    .map(({ channel, shut, reason, ...row }) => ({
      ...row,
      appId,
      channel: channelCode.word(channel),
      kind: shut ? ('shut' as const) : ('pause' as const),
      reason: JSON.parse(reason) as MessageReason,
    }))
}

export type Passage = { passes: true; probe: boolean } | { passes: false; reason: MessageReason }

export interface Passing {
  app: number
  channel: Channel
  nowMs: number
  probeEveryMs: number
}

/** May a message go out? One in `probeEveryMs` may through a shut channel: `takeTurn` when it does. */
export function pass(sql: Statements, { app, channel, nowMs, probeEveryMs }: Passing): Passage {
  const stop = sql<{ shut: number; reason: string; probeMs: number }>(
    `SELECT shut, reason, probe_ms AS probeMs FROM stops
     WHERE app = ? AND channel = ? AND (shut = 1 OR until_ms > ?)`,
  ).get(app, channelCode.of(channel), nowMs)
  if (!stop) return { passes: true, probe: false }
  if (!stop.shut || stop.probeMs + probeEveryMs > nowMs) {
    return { passes: false, reason: JSON.parse(stop.reason) as MessageReason }
  }
  return { passes: true, probe: true }
}

export function takeTurn(sql: Statements, { app, channel, nowMs }: Passing): void {
  sql('UPDATE stops SET probe_ms = ? WHERE app = ? AND channel = ?').run(
    nowMs,
    app,
    channelCode.of(channel),
  )
}
