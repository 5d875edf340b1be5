/** One use of a credit: taken for a message, and spent, given back or lost with its credit. */
import type { CreditOutcome, Reservation, ReservedRow, CreditQuery } from '../reservation.ts'
import { kindCode } from '../row-codes.ts'
import type { ReservedCredit } from '../store.ts'
import { endAll } from './credits.ts'
import { writeEntry } from './entries.ts'
import type { Statements } from './statements.ts'

/** Takes a use of the credit that ends first; those of a phone that would not show the message come last. */
export function reserve(sql: Statements, creditQuery: CreditQuery): ReservedCredit | undefined {
  const { user, kinds, ref, message, nowMs } = creditQuery
  const row = sql<ReservedRow>(
    `UPDATE credits SET uses_left = uses_left - 1, reserved = reserved + 1, n = n + 1
     WHERE user = ?1 AND id = (
       SELECT id FROM credits
       WHERE user = ?1 AND (?2 & (1 << kind)) <> 0 AND (?3 IS NULL OR ref = ?3)
         AND uses_left IS NOT 0 AND (usable_until_ms > ?4 OR usable_until_ms IS NULL)
       ORDER BY below_minimum, usable_until_ms NULLS LAST, id LIMIT 1)
     RETURNING id, kind, ref, generation, n, uses_left AS uses`,
  ).get(user, kinds, ref, nowMs)
  if (!row) return undefined
  const { n, kind, uses, ...credit } = row
  writeEntry(sql, {
    user,
    credit: credit.id,
    n,
    change: 'reserved',
    uses: uses === null ? 0 : -1,
    reserved: 1,
    message,
    atMs: nowMs,
  })
  return { ...credit, kind: kindCode.word(kind), shown: 1 }
}

/** Uses that messages hold, and that this one might have had. */
export function countReserved(sql: Statements, { user, kinds, ref, nowMs }: CreditQuery): number {
  return sql<{ held: number }>(
    `SELECT coalesce(sum(reserved), 0) AS held FROM credits
     WHERE user = ?1 AND (?2 & (1 << kind)) <> 0 AND (?3 IS NULL OR ref = ?3)
       AND (usable_until_ms > ?4 OR usable_until_ms IS NULL)`,
  ).get(user, kinds, ref, nowMs)!.held
}

/**
 * Ends a reservation, or puts right what was told of its use. A generation that is over is left alone: its uses went
 * with it, and the new one must not gain or lose by an old message. The history says so.
 */
export function settleCredit(
  sql: Statements,
  held: Reservation,
  outcome: CreditOutcome,
  nowMs: number,
): void {
  const { user, message, credit, generation, reserved } = held
  if (outcome.outcome === 'dead') {
    if (!lives(sql, held)) return writeLate(sql, held, outcome.outcome, nowMs)
    return endAll(sql, user, credit, { reason: outcome.reason, message, nowMs })
  }
  const row = sql<{ n: number; uses: number | null }>(
    `UPDATE credits SET uses_left = uses_left + ?, reserved = reserved + ?, n = n + 1
     WHERE user = ? AND id = ? AND generation = ? RETURNING n, uses_left AS uses`,
  ).get(outcome.outcome === 'givenBack' ? 1 : 0, reserved, user, credit, generation)
  if (!row) return writeLate(sql, held, outcome.outcome, nowMs)
  const uses = outcome.outcome === 'givenBack' && row.uses !== null ? 1 : 0
  const change = outcome.outcome
  writeEntry(sql, {
    user,
    credit,
    message,
    n: row.n,
    change,
    uses,
    reserved,
    atMs: nowMs,
  })
}

const lives = (sql: Statements, { user, credit, generation }: Reservation) =>
  sql('SELECT 1 FROM credits WHERE user = ? AND id = ? AND generation = ?').get(
    user,
    credit,
    generation,
  ) !== undefined

function writeLate(sql: Statements, held: Reservation, reason: string, nowMs: number): void {
  const { user, message, credit } = held
  const row = sql<{ n: number }>(
    'UPDATE credits SET n = n + 1 WHERE user = ? AND id = ? RETURNING n',
  ).get(user, credit)
  // Swept: nothing is left that an entry could explain.
  if (!row) return
  const none = { uses: 0, reserved: 0 }
  writeEntry(sql, {
    user,
    credit,
    message,
    n: row.n,
    change: 'late',
    ...none,
    reason,
    atMs: nowMs,
  })
}
