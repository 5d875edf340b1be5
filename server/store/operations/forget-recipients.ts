/** Recipients whose user was erased, and those of a broadcast that ended long ago. */
import { sweepRules } from '../../rules/database.ts'
import { retention } from '../../rules/retention.ts'
import { isLive, recipientCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { BroadcastNumber, UserNumber } from '../store.ts'
import { moveCounts } from './broadcast-leases.ts'

const erasedReason = 'user_unknown'

/**
 * Deletes the recipient, and keeps the sums: who was not sent to is refused, and the outcome of a
 * message under way is unknown.
 */
function* forgetRecipient(
  sql: Sql,
  broadcast: BroadcastNumber,
  user: UserNumber,
  nowMs: number,
): Operation<void> {
  const row = yield* sql.get<{ state: number }>(
    'DELETE FROM broadcast_recipients WHERE broadcast = $1 AND usr = $2 RETURNING state',
    broadcast,
    user,
  )
  const state = row && recipientCode.word(row.state)
  if (state !== 'waiting' && state !== 'sending') return
  const to = state === 'waiting' ? 'refused' : 'unknown'
  yield* moveCounts(sql, broadcast, [{ state: to, reason: erasedReason, count: 1 }], nowMs)
}

/** Of an erased user. Returns how many rows it deleted. */
export function* eraseRecipients(sql: Sql, user: UserNumber, limit: number): Operation<number> {
  const rows = yield* sql.all<{ broadcast: BroadcastNumber }>(
    `SELECT broadcast FROM broadcast_recipients WHERE usr = $1 ORDER BY broadcast LIMIT $2`,
    user,
    limit,
  )
  for (const { broadcast } of rows) {
    // Their erasure knows no time. If nobody is left, the broadcast ended with its last step.
    const locked = yield* sql.get<{ servedMs: number }>(
      `SELECT served_ms AS "servedMs" FROM broadcasts
       WHERE broadcast = $1 ${sql.dialect.forUpdate}`,
      broadcast,
    )
    if (locked) yield* forgetRecipient(sql, broadcast, user, locked.servedMs)
  }
  return rows.length
}

/**
 * Deletes what is left of a broadcast that ended long ago, in steps: its recipients, then the rest.
 * Returns how many rows it deleted.
 */
export function* sweepBroadcasts(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  const old = yield* sql.get<{ broadcast: BroadcastNumber }>(
    `SELECT broadcast FROM broadcasts
     WHERE NOT (${isLive}) AND coalesce(ended_ms, deadline_ms, created_ms) < $1 LIMIT 1`,
    nowMs - retention.messagesMs,
  )
  if (!old) return 0
  const deleted = yield* sql.run(
    `DELETE FROM broadcast_recipients WHERE broadcast = $1 AND usr IN (
       SELECT usr FROM broadcast_recipients WHERE broadcast = $1
       ORDER BY usr LIMIT ${sweepRules.recipientsPerStep})`,
    old.broadcast,
  )
  if (deleted > 0) return deleted
  for (const table of ['broadcast_reasons', 'broadcast_results']) {
    yield* sql.run(`DELETE FROM ${table} WHERE broadcast = $1`, old.broadcast)
  }
  return yield* sql.run('DELETE FROM broadcasts WHERE broadcast = $1', old.broadcast)
}
