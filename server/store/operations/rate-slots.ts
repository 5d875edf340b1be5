/**
 * Rate slots: when this server may call an endpoint that the platform limits by the minute. One row
 * holds the slots of one second, so that a full minute is at most sixty rows.
 */
import { codeQuotas } from '../../rules/codes.ts'
import type { RateSlot, ReserveSlot } from '../coordination-store.ts'
import type { Operation, Sql } from '../sql.ts'
import { internApp } from './users.ts'

const { windowMs } = codeQuotas

export function* reserveSlot(sql: Sql, input: ReserveSlot): Operation<RateSlot> {
  const app = yield* internApp(sql, input.appId)
  // One transaction at a time: the next one sees what this one reserves.
  if (sql.dialect.isConcurrent) yield* sql.run('SELECT 1 FROM apps WHERE app = $1 FOR UPDATE', app)
  const { from, to } = relevantSeconds(input.nowMs)
  yield* sql.run(
    'DELETE FROM rate_slots WHERE app = $1 AND at_s NOT BETWEEN $2 AND $3',
    app,
    from,
    to,
  )
  const slot = nextSlot(input, yield* readReserved(sql, app, input.perMinute))
  if ('atMs' in slot) {
    yield* sql.run(
      `INSERT INTO rate_slots (app, at_s, count, last_ms) VALUES ($1, $2, 1, $3)
       ON CONFLICT (app, at_s) DO UPDATE
         SET count = rate_slots.count + 1, last_ms = excluded.last_ms`,
      app,
      secondOf(slot.atMs),
      slot.atMs,
    )
  }
  return slot
}

interface Reserved {
  /** The last slot. */
  lastMs: number | null
  /** The last slot from which on `perMinute` are reserved: a minute later there is room again. */
  fullSinceMs: number | null
}

function nextSlot({ nowMs, maxWaitMs }: ReserveSlot, { lastMs, fullSinceMs }: Reserved): RateSlot {
  const roomMs = fullSinceMs === null ? nowMs : fullSinceMs + windowMs
  const atMs = Math.max(nowMs, roomMs, lastMs ?? nowMs)
  return atMs - nowMs > maxWaitMs ? { waitMs: atMs - nowMs } : { atMs }
}

/** All slots of a second count as if they came with its last: none is freed too early. */
function* readReserved(sql: Sql, app: number, perMinute: number): Operation<Reserved> {
  const reserved = yield* sql.get<Reserved>(
    `SELECT max(last_ms) AS "lastMs",
            max(CASE WHEN from_here >= CAST($2 AS bigint) THEN last_ms END) AS "fullSinceMs"
     FROM (SELECT last_ms, sum(count) OVER (ORDER BY at_s DESC) AS from_here
           FROM rate_slots WHERE app = $1) AS seconds`,
    app,
    perMinute,
  )
  return reserved!
}

export function* countSlots(sql: Sql, appId: string, nowMs: number): Operation<number> {
  const row = yield* sql.get<{ count: number }>(
    `SELECT coalesce(sum(count), 0) AS count FROM rate_slots JOIN apps USING (app)
     WHERE app_id = $1 AND last_ms > $2 AND last_ms <= $3`,
    appId,
    nowMs - windowMs,
    nowMs,
  )
  return row!.count
}

/** Slots stay for two minutes after their own, for processes whose clocks are late. */
const keptMs = 2 * windowMs

/**
 * Slots further ahead than anyone reserves come from a clock that was set ahead and back. They
 * would block all slots until then.
 */
const relevantSeconds = (nowMs: number) => ({
  from: secondOf(nowMs - keptMs),
  to: secondOf(nowMs + keptMs),
})

const secondOf = (ms: number): number => Math.floor(ms / 1_000)
