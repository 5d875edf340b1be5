/**
 * What is not kept. No index on time exists, since every write would pay for it: the tables are walked in small steps
 * instead, each a transaction of its own, so that nobody waits for long. Several processes may walk at once: whoever
 * comes second finds nothing left to do.
 */
import { pushesKnownMs } from '../../rules/credits.ts'
import { retention } from '../../rules/retention.ts'
import { hashesFrom } from '../row-ids.ts'
import { engineNow } from './clock.ts'
import type { Database } from './database.ts'
import { sweepMedia } from './media.ts'
import type { Sql } from './sql.ts'
import { sweepSuspensions } from './stops.ts'
import { lastOfStep, userSteps } from './sweep-users.ts'
import { endDeadCodes } from './wxa-codes.ts'

const arrivalsPerStep = 500

/** Returns the rows changed. */
export async function sweep(
  { query, transact }: Pick<Database, 'query' | 'transact'>,
  { nowMs, signal }: { nowMs: number; signal?: AbortSignal },
): Promise<number> {
  const isOver = () => signal?.aborted ?? false
  let changed = await query((sql) => sweepSuspensions(sql, { nowMs }))
  changed += await query(endDeadCodes)
  for (let from = 0; !isOver();) {
    const first = from
    const to = await query((sql) => lastOfStep(sql, first))
    if (to === undefined) break
    for (const step of userSteps) changed += await transact((sql) => step(sql, first, to, nowMs))
    from = to + 1
  }
  for (let firstByte = 0; firstByte < 256 && !isOver(); firstByte++) {
    for (const step of byteSteps) changed += await query((sql) => step(sql, firstByte, nowMs))
  }
  for (const step of [sweepArrivals, sweepMedia]) {
    for (let deleted = 1; deleted > 0 && !isOver(); changed += deleted) {
      deleted = await transact((sql) => step(sql, nowMs))
    }
  }
  return changed
}

/** Arrivals lie in the order in which they came, so the oldest are at the beginning. */
const sweepArrivals = (sql: Sql, nowMs: number): Promise<number> =>
  sql.run(
    `DELETE FROM arrivals WHERE received_ms < $1 AND arrival IN (
       SELECT arrival FROM arrivals ORDER BY arrival LIMIT ${arrivalsPerStep})`,
    nowMs - retention.arrivalsMs,
  )

type ByteStep = (sql: Sql, firstByte: number, nowMs: number) => Promise<number>

/** These have keys that are hashes: one step takes those that begin with one byte. */
const byteSteps: readonly ByteStep[] = [
  (sql, firstByte, nowMs) =>
    sql.run(
      'DELETE FROM sessions WHERE token_hash >= $1 AND token_hash < $2 AND ends_ms <= $3',
      ...hashesFrom(firstByte),
      nowMs,
    ),
  (sql, firstByte, nowMs) =>
    sql.run(
      'DELETE FROM pushes WHERE key >= $1 AND key < $2 AND received_ms <= $3',
      ...hashesFrom(firstByte),
      nowMs - pushesKnownMs,
    ),
  (sql, firstByte) =>
    sql.run(
      `DELETE FROM request_counts WHERE key >= $1 AND key < $2 AND window_ends_ms <= ${engineNow}`,
      ...hashesFrom(firstByte),
    ),
]
