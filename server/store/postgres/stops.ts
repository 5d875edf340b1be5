import type { Channel } from '../../../shared/wire/index.ts'
import { passageAt, toStop } from '../channel-stops.ts'
import type { Passage, Passing, Stop, StopRow } from '../channel-stops.ts'
import { channelCode } from '../row-codes.ts'
import type { ChannelSuspension } from '../store.ts'
import type { Sql } from './sql.ts'
import { findApp, internApp } from './users.ts'

/** A pause never shortens a shut, nor an earlier pause a later one. */
export async function suspendChannel(sql: Sql, stop: ChannelSuspension): Promise<void> {
  await sql.run(
    `INSERT INTO suspensions (app, channel, shut, until_ms, reason, at_ms, probe_ms) VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (app, channel) DO UPDATE SET shut = excluded.shut, until_ms = excluded.until_ms,
       reason = excluded.reason, at_ms = excluded.at_ms, probe_ms = excluded.probe_ms
     WHERE excluded.shut > suspensions.shut OR
       (excluded.shut = suspensions.shut AND coalesce(excluded.until_ms, 0) >= coalesce(suspensions.until_ms, 0))`,
    await internApp(sql, stop.appId),
    channelCode.of(stop.channel),
    stop.kind === 'shut',
    stop.untilMs,
    JSON.stringify(stop.reason),
    stop.atMs,
  )
}

export async function resumeChannel(sql: Sql, appId: string, channel: Channel): Promise<void> {
  await sql.run(
    'DELETE FROM suspensions WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND channel = $2',
    appId,
    channelCode.of(channel),
  )
}

/** Pauses that are over. */
export const sweepSuspensions = (sql: Sql, { nowMs }: { nowMs: number }): Promise<number> =>
  sql.run('DELETE FROM suspensions WHERE NOT shut AND until_ms <= $1', nowMs)

export async function findSuspensions(sql: Sql, appId: string): Promise<ChannelSuspension[]> {
  const app = await findApp(sql, appId)
  if (app === undefined) return []
  const rows = await sql.all<StopRow>(
    'SELECT channel, shut, until_ms AS "untilMs", reason, at_ms AS "atMs" FROM suspensions WHERE app = $1',
    app,
  )
  return rows.map(toStop(appId))
}

/** May a message go out? One in `probeEveryMs` may through a shut channel: `markProbe` when it does. */
export async function pass(sql: Sql, passing: Passing): Promise<Passage> {
  const passage = await look(sql, passing, 'SELECT')
  // Of all that find the turn free, the first keeps it until its transaction ends; the others look again then.
  return passage.passes && passage.probe ? look(sql, passing, 'SELECT FOR UPDATE') : passage
}

async function look(
  sql: Sql,
  passing: Passing,
  how: 'SELECT' | 'SELECT FOR UPDATE',
): Promise<Passage> {
  const stop = await sql.get<Stop>(
    `SELECT shut, reason, probe_ms AS "probeMs" FROM suspensions
     WHERE app = $1 AND channel = $2 AND (shut OR until_ms > $3)${how === 'SELECT' ? '' : ' FOR UPDATE'}`,
    passing.app,
    channelCode.of(passing.channel),
    passing.nowMs,
  )
  return passageAt(stop, passing)
}

export async function markProbe(sql: Sql, { app, channel, nowMs }: Passing): Promise<void> {
  await sql.run(
    'UPDATE suspensions SET probe_ms = $1 WHERE app = $2 AND channel = $3',
    nowMs,
    app,
    channelCode.of(channel),
  )
}
