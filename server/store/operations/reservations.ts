/** One use of a credit: reserved for a message, then spent, given back or lost with its credit. */
import type { CreditKind } from '../../../shared/wire/index.ts'
import { kindCode, kindMask } from '../row-codes.ts'
import type { Sql } from '../sql.ts'
import type { CreditId, ReservedCredit, UserNumber } from '../store.ts'
import { writeHistory } from './credit-history.ts'
import { endCredit } from './credits.ts'

export interface CreditQuery {
  user: UserNumber
  /** See `kindMask`. */
  kinds: number
  ref: string | null
  message: number
  nowMs: number
}

export const creditQueryOf = (
  { user, message, nowMs }: Pick<CreditQuery, 'user' | 'message' | 'nowMs'>,
  { kinds, ref }: { kinds: readonly CreditKind[]; ref?: string },
): CreditQuery => ({ user, kinds: kindMask(kinds), ref: ref ?? null, message, nowMs })

/**
 * SQL: which credit is reserved first. The one that ends first; credits of a phone that would not
 * show the message come last.
 */
export const reservationOrder = 'below_minimum, usable_until_ms NULLS LAST, id'

const matchesQuery = `usr = $1 AND ($2 & (1 << kind)) <> 0 AND (ref = $3 OR $3 IS NULL)
  AND (usable_until_ms > $4 OR usable_until_ms IS NULL)`

/**
 * Reserves a use of the first credit in `reservationOrder`. Waits for transactions that hold a
 * matching credit, so that `undefined` means that there is none. The caller has locked the user.
 */
export async function reserve(
  sql: Sql,
  { user, kinds, ref, message, nowMs }: CreditQuery,
): Promise<ReservedCredit | undefined> {
  if (sql.dialect.isConcurrent) {
    await sql.run(
      `SELECT 1 FROM credits
       WHERE ${matchesQuery} AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       ORDER BY id FOR UPDATE`,
      user,
      kinds,
      ref,
      nowMs,
    )
  }
  const row = await sql.get<{
    id: CreditId
    kind: number
    ref: string
    generation: number
    n: number
    uses: number | null
  }>(
    `UPDATE credits SET uses_left = uses_left - 1, reserved = reserved + 1, n = n + 1
     WHERE usr = $1 AND id = (
       SELECT id FROM credits WHERE ${matchesQuery} AND uses_left IS DISTINCT FROM 0
       ORDER BY ${reservationOrder} LIMIT 1)
     RETURNING id, kind, ref, generation, n, uses_left AS uses`,
    user,
    kinds,
    ref,
    nowMs,
  )
  if (!row) return undefined
  const { n, kind, uses, ...credit } = row
  await writeHistory(sql, {
    user,
    credit: credit.id,
    n,
    change: 'reserved',
    uses: uses === null ? 0 : -1,
    reserved: 1,
    message,
    atMs: nowMs,
  })
  return { ...credit, kind: kindCode.word(kind), presentations: 1 }
}

/** How many matching uses messages hold. */
export async function countReserved(
  sql: Sql,
  { user, kinds, ref, nowMs }: CreditQuery,
): Promise<number> {
  const row = await sql.get<{ reserved: number }>(
    `SELECT coalesce(sum(reserved), 0) AS reserved FROM credits WHERE ${matchesQuery}`,
    user,
    kinds,
    ref,
    nowMs,
  )
  return row!.reserved
}

export interface Reservation {
  user: UserNumber
  message: number
  credit: CreditId
  generation: number
  /**
   * What its end adds to the reserved uses; 0: the message was unknown, and the use counts as spent
   * already.
   */
  reserved: -1 | 0
}

export type CreditOutcome = { outcome: 'spent' | 'givenBack' } | { outcome: 'dead'; reason: string }

/**
 * Ends a reservation, or corrects what was written of its end. Does not change a later generation
 * of the credit, since the uses of this one ended with it; the history records the outcome as
 * `late`.
 */
export async function settleCredit(
  sql: Sql,
  reservation: Reservation,
  to: CreditOutcome,
  nowMs: number,
): Promise<void> {
  const { user, message, credit, generation, reserved } = reservation
  if (to.outcome === 'dead') {
    const why = { reason: to.reason, message, generation, nowMs }
    if (!(await endCredit(sql, user, credit, why))) await writeLate(sql, reservation, 'dead', nowMs)
    return
  }
  const change = to.outcome
  const row = await sql.get<{ n: number; uses: number | null }>(
    `UPDATE credits SET uses_left = uses_left + $1, reserved = reserved + $2, n = n + 1
     WHERE usr = $3 AND id = $4 AND generation = $5 RETURNING n, uses_left AS uses`,
    change === 'givenBack' ? 1 : 0,
    reserved,
    user,
    credit,
    generation,
  )
  if (!row) return writeLate(sql, reservation, change, nowMs)
  const uses = change === 'givenBack' && row.uses !== null ? 1 : 0
  await writeHistory(sql, { user, credit, message, n: row.n, change, uses, reserved, atMs: nowMs })
}

async function writeLate(
  sql: Sql,
  { user, message, credit }: Reservation,
  reason: string,
  nowMs: number,
): Promise<void> {
  const row = await sql.get<{ n: number }>(
    'UPDATE credits SET n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n',
    user,
    credit,
  )
  // Without a row, a sweep deleted the credit with its history.
  if (!row) return
  const unchanged = { uses: 0, reserved: 0 }
  await writeHistory(sql, {
    ...unchanged,
    user,
    credit,
    message,
    n: row.n,
    change: 'late',
    reason,
    atMs: nowMs,
  })
}
