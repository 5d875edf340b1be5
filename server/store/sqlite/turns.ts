/** Turns by the second, so that a full minute is at most sixty rows. */
import { keptSeconds, nextTurn, secondOf, windowMs } from '../rate-slot-rules.ts'
import type { Booked } from '../rate-slot-rules.ts'
import type { ReserveSlot, RateSlot } from '../coordination-store.ts'
import type { Statements } from './statements.ts'
import { findApp, internApp } from './users.ts'

export function reserveSlot(sql: Statements, input: ReserveSlot): RateSlot {
  const app = internApp(sql, input.appId)
  const kept = keptSeconds(input.nowMs)
  sql('DELETE FROM rate_slots WHERE app = ? AND at_s NOT BETWEEN ? AND ?').run(
    app,
    kept.from,
    kept.to,
  )
  const turn = nextTurn(input, readBooked(sql, app, input.perMinute))
  if ('atMs' in turn) {
    sql(
      `INSERT INTO rate_slots (app, at_s, count, last_ms) VALUES (?, ?, 1, ?)
       ON CONFLICT (app, at_s) DO UPDATE SET count = count + 1, last_ms = excluded.last_ms`,
    ).run(app, secondOf(turn.atMs), turn.atMs)
  }
  return turn
}

/** A second's turns count as if all had come with its last: some end later than they must, and none earlier. */
function readBooked(sql: Statements, app: number, perMinute: number): Booked {
  return sql<Booked>(
    `SELECT max(last_ms) AS lastMs, max(CASE WHEN from_here >= ?2 THEN last_ms END) AS fullSinceMs
     FROM (SELECT last_ms, sum(count) OVER (ORDER BY at_s DESC) AS from_here FROM rate_slots WHERE app = ?1)`,
  ).get(app, perMinute)!
}

export function countSlots(sql: Statements, appId: string, nowMs: number): number {
  const app = findApp(sql, appId)
  if (app === undefined) return 0
  return sql<{ count: number }>(
    'SELECT coalesce(sum(count), 0) AS count FROM rate_slots WHERE app = ? AND last_ms > ? AND last_ms <= ?',
  ).get(app, nowMs - windowMs, nowMs)!.count
}
