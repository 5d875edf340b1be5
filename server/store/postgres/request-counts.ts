/** Requests of all processes, counted in rows. */
import { hash } from 'node:crypto'
import { hashesFrom } from '../rows.ts'
import type { AsyncSql } from './sql.ts'
import type { CountRequest, RequestCount } from '../store.ts'
import type { Database } from './database.ts'

const keyBytes = 16

/** One statement, so that each of several requests at once gets a number of its own. */
export async function countRequest(
  sql: AsyncSql,
  { key, windowMs, by = 1 }: CountRequest,
): Promise<RequestCount> {
  const row = await sql.get<RequestCount>(
    `INSERT INTO request_counts AS known (key, count, window_ends_ms)
     VALUES ($1, $3::int, ($now / $2::bigint + 1) * $2::bigint)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN excluded.window_ends_ms > known.window_ends_ms
                 THEN $3 ELSE known.count + $3 END,
       window_ends_ms = greatest(known.window_ends_ms, excluded.window_ends_ms)
     RETURNING count, window_ends_ms - $now AS "leftMs"`,
    hash('sha256', `${windowMs}\0${key}`, 'buffer').subarray(0, keyBytes),
    windowMs,
    by,
  )
  const { count, leftMs } = row!
  return { count, leftMs: Math.max(leftMs, 0) }
}

/**
 * Deletes windows that are over, in steps of the keys that begin with one byte. Returns how many.
 */
export async function sweepRequestCounts(
  query: Database['query'],
  { signal }: { signal?: AbortSignal },
): Promise<number> {
  const isOver = () => signal?.aborted ?? false
  let deleted = 0
  for (let firstByte = 0; firstByte < 256 && !isOver(); firstByte++) {
    deleted += await query((sql) =>
      sql.run(
        `DELETE FROM request_counts
         WHERE key >= $1 AND key < $2 AND window_ends_ms <= $now`,
        ...hashesFrom(firstByte),
      ),
    )
  }
  return deleted
}
