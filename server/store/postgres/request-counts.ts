import { hash } from 'node:crypto'
import type { RequestCount } from '../store.ts'
import { engineNow } from './clock.ts'
import type { Sql } from './sql.ts'

const keyBytes = 16

/** Counts and tells in one statement, so that of many at once each gets a number of its own. */
export async function countRequest(
  sql: Sql,
  { key, windowMs }: { key: string; windowMs: number },
): Promise<RequestCount> {
  const row = await sql.get<RequestCount>(
    `WITH clock AS (SELECT ${engineNow} AS now)
     INSERT INTO request_counts (key, count, window_ends_ms)
     SELECT $1, 1, (now / $2::bigint + 1) * $2::bigint FROM clock
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN excluded.window_ends_ms > request_counts.window_ends_ms THEN 1
                    ELSE request_counts.count + 1 END,
       window_ends_ms = greatest(request_counts.window_ends_ms, excluded.window_ends_ms)
     RETURNING count, window_ends_ms - ${engineNow} AS "leftMs"`,
    hash('sha256', `${windowMs}\0${key}`, 'buffer').subarray(0, keyBytes),
    windowMs,
  )
  const { count, leftMs } = row!
  return { count, leftMs: Math.max(leftMs, 0) }
}

/** Windows that are over by the database's clock, a step of those that begin with one byte. */
export const sweepRequestCounts = (
  sql: Sql,
  { from, to }: { from: Uint8Array; to: Uint8Array },
): Promise<number> =>
  sql.run(
    `DELETE FROM request_counts WHERE key >= $1 AND key < $2 AND window_ends_ms <= ${engineNow}`,
    from,
    to,
  )
