/** One use of a credit: taken for a message, and spent, given back or lost with its credit. */
import type { CreditOutcome, Reservation, ReservedRow, CreditQuery } from '../reservation.ts'
import { kindCode } from '../row-codes.ts'
import type { ReservedCredit } from '../store.ts'
import { endAll, lockCredit } from './credits.ts'
import { writeEntry } from './entries.ts'
import type { Sql } from './sql.ts'

const wished = `usr = $1 AND ($2::int & (1 << kind)) <> 0 AND ($3::text IS NULL OR ref = $3)
  AND (usable_until_ms > $4 OR usable_until_ms IS NULL)`

/**
 * Takes a use of the credit that ends first; those of a phone that would not show the message come last. Waits for
 * whoever has a credit that might be it, so that "none" is true when it is told. The caller has locked the user.
 */
export async function reserve(
  sql: Sql,
  creditQuery: CreditQuery,
): Promise<ReservedCredit | undefined> {
  const { user, kinds, ref, message, nowMs } = creditQuery
  await sql.run(
    `SELECT 1 FROM credits WHERE ${wished} AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
     ORDER BY id FOR UPDATE`,
    user,
    kinds,
    ref,
    nowMs,
  )
  const row = await sql.get<ReservedRow>(
    `UPDATE credits SET uses_left = uses_left - 1, reserved = reserved + 1, n = n + 1
     WHERE usr = $1 AND id = (
       SELECT id FROM credits WHERE ${wished} AND uses_left IS DISTINCT FROM 0
       ORDER BY below_minimum, usable_until_ms NULLS LAST, id LIMIT 1)
     RETURNING id, kind, ref, generation, n, uses_left AS uses`,
    user,
    kinds,
    ref,
    nowMs,
  )
  if (!row) return undefined
  const { n, kind, uses, ...credit } = row
  await writeEntry(sql, {
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
export async function countReserved(
  sql: Sql,
  { user, kinds, ref, nowMs }: CreditQuery,
): Promise<number> {
  const row = await sql.get<{ held: number }>(
    `SELECT coalesce(sum(reserved), 0)::int AS held FROM credits WHERE ${wished}`,
    user,
    kinds,
    ref,
    nowMs,
  )
  return row!.held
}

/**
 * Ends a reservation, or puts right what was told of its use. A generation that is over is left alone: its uses went
 * with it, and the new one must not gain or lose by an old message. The history says so.
 */
export async function settleCredit(
  sql: Sql,
  held: Reservation,
  outcome: CreditOutcome,
  nowMs: number,
): Promise<void> {
  const { user, message, credit, generation, reserved } = held
  if (outcome.outcome === 'dead') {
    const lives = (await lockCredit(sql, user, credit))?.generation === generation
    if (!lives) return writeLate(sql, held, outcome.outcome, nowMs)
    return endAll(sql, user, credit, { reason: outcome.reason, message, nowMs })
  }
  const row = await sql.get<{ n: number; uses: number | null }>(
    `UPDATE credits SET uses_left = uses_left + $1, reserved = reserved + $2, n = n + 1
     WHERE usr = $3 AND id = $4 AND generation = $5 RETURNING n, uses_left AS uses`,
    outcome.outcome === 'givenBack' ? 1 : 0,
    reserved,
    user,
    credit,
    generation,
  )
  if (!row) return writeLate(sql, held, outcome.outcome, nowMs)
  const uses = outcome.outcome === 'givenBack' && row.uses !== null ? 1 : 0
  const change = outcome.outcome
  await writeEntry(sql, {
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

async function writeLate(
  sql: Sql,
  held: Reservation,
  reason: string,
  nowMs: number,
): Promise<void> {
  const { user, message, credit } = held
  const row = await sql.get<{ n: number }>(
    'UPDATE credits SET n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n',
    user,
    credit,
  )
  // Swept: nothing is left that an entry could explain.
  if (!row) return
  await writeEntry(sql, {
    user,
    credit,
    message,
    n: row.n,
    change: 'late',
    uses: 0,
    reserved: 0,
    reason,
    atMs: nowMs,
  })
}
