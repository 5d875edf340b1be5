/** Turns by the second, so that a full minute is at most sixty rows. */
import { keptSeconds, nextTurn, secondOf, windowMs } from '../rate-slot-rules.ts'
import type { Booked } from '../rate-slot-rules.ts'
import type { ReserveSlot, RateSlot } from '../coordination-store.ts'
import type { Sql } from './sql.ts'
import { internApp } from './users.ts'

export async function reserveSlot(sql: Sql, input: ReserveSlot): Promise<RateSlot> {
  const app = await internApp(sql, input.appId)
  // One at a time: whoever waits here sees what the one before has booked.
  await sql.run('SELECT 1 FROM apps WHERE app = $1 FOR UPDATE', app)
  const { from, to } = keptSeconds(input.nowMs)
  await sql.run(
    'DELETE FROM rate_slots WHERE app = $1 AND at_s NOT BETWEEN $2 AND $3',
    app,
    from,
    to,
  )
  const turn = nextTurn(input, await readBooked(sql, app, input.perMinute))
  if ('atMs' in turn) {
    await sql.run(
      `INSERT INTO rate_slots (app, at_s, count, last_ms) VALUES ($1, $2, 1, $3)
       ON CONFLICT (app, at_s) DO UPDATE SET count = rate_slots.count + 1, last_ms = excluded.last_ms`,
      app,
      secondOf(turn.atMs),
      turn.atMs,
    )
  }
  return turn
}

/** A second's turns count as if all had come with its last: some end later than they must, and none earlier. */
async function readBooked(sql: Sql, app: number, perMinute: number): Promise<Booked> {
  const booked = await sql.get<Booked>(
    `SELECT max(last_ms) AS "lastMs", max(CASE WHEN from_here >= $2::bigint THEN last_ms END) AS "fullSinceMs"
     FROM (SELECT last_ms, sum(count) OVER (ORDER BY at_s DESC) AS from_here FROM rate_slots WHERE app = $1) AS seconds`,
    app,
    perMinute,
  )
  return booked!
}

export async function countSlots(sql: Sql, appId: string, nowMs: number): Promise<number> {
  const row = await sql.get<{ count: number }>(
    `SELECT coalesce(sum(count), 0)::bigint AS count FROM rate_slots JOIN apps USING (app)
     WHERE app_id = $1 AND last_ms > $2 AND last_ms <= $3`,
    appId,
    nowMs - windowMs,
    nowMs,
  )
  return row!.count
}
