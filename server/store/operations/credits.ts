/** Credits: recorded, found, and ended. What messages take of them: see reservations.ts. */
import { kindCode } from '../row-codes.ts'
import { creditId } from '../row-ids.ts'
import type { Sql } from '../sql.ts'
import type { CreditId, CreditRow, NewCredit, RecordCredit, UserNumber } from '../store.ts'
import { writeHistory } from './credit-history.ts'
import { findUser, internUser, isBelowMinimum, lockUser } from './users.ts'

export async function recordCredit(
  sql: Sql,
  { appId, openId, credit, nowMs }: RecordCredit,
): Promise<'accepted' | 'duplicate'> {
  const { user } = await internUser(sql, appId, openId)
  await lockUser(sql, user)
  const belowMinimum = await isBelowMinimum(sql, user)
  const status = await addCredit(sql, { user, belowMinimum, nowMs }, credit)
  if (status === 'accepted') await keepLatest(sql, user, [credit], nowMs)
  return status
}

/** Whose credits are recorded, and when. */
export interface Recording {
  user: UserNumber
  belowMinimum: boolean
  nowMs: number
}

/** Does not apply `keepLive`: a batch calls `keepLatest` once, not for each credit. */
export async function addCredit(
  sql: Sql,
  { user, belowMinimum, nowMs }: Recording,
  credit: NewCredit,
): Promise<'accepted' | 'duplicate'> {
  const id = creditId(credit.kind, credit.ref)
  const before = credit.uses === null ? ((await lockCredit(sql, user, id))?.uses ?? 0) : 0
  const row = await sql.get<{ n: number; uses: number | null }>(
    credit.addsUp ? insertOrIncrease : insertNew,
    user,
    id,
    kindCode.of(credit.kind),
    credit.ref,
    credit.uses,
    belowMinimum,
    credit.usableUntilMs,
    credit.endsAtMs,
  )
  if (!row) return 'duplicate'
  await writeHistory(sql, {
    user,
    credit: id,
    n: row.n,
    change: 'recorded',
    // The sums of a credit without a limit are 0, so that uses from before are taken out.
    uses: row.uses === null ? -before : credit.uses!,
    reserved: 0,
    atMs: nowMs,
  })
  return 'accepted'
}

const insert = `INSERT INTO credits
    (usr, id, kind, ref, uses_left, below_minimum, usable_until_ms, ends_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
const insertNew = `${insert} ON CONFLICT DO NOTHING RETURNING n, uses_left AS uses`
const insertOrIncrease = `${insert} ON CONFLICT (usr, id) DO UPDATE SET
    uses_left = credits.uses_left + excluded.uses_left,
    below_minimum = credits.below_minimum AND excluded.below_minimum,
    n = credits.n + 1
  RETURNING n, uses_left AS uses`

/** A credit's sums, which stay as they are until the transaction changes them. */
export const lockCredit = (sql: Sql, user: UserNumber, id: CreditId) =>
  sql.get<{ uses: number | null; reserved: number; generation: number }>(
    `SELECT uses_left AS uses, reserved, generation FROM credits
     WHERE usr = $1 AND id = $2 ${sql.dialect.forUpdate}`,
    user,
    id,
  )

/**
 * Supersedes the oldest live credits of a kind where there are more than `keepLive`. One with a
 * reserved use stays, since its message may give the use back.
 */
export async function keepLatest(
  sql: Sql,
  user: UserNumber,
  recorded: readonly NewCredit[],
  nowMs: number,
): Promise<void> {
  const limits = new Map<number, number>()
  for (const { kind, keepLive } of recorded) {
    if (keepLive !== undefined) limits.set(kindCode.of(kind), keepLive)
  }
  for (const [kind, keepLive] of limits) {
    const tooMany = await sql.all<{ id: CreditId }>(
      `SELECT id FROM credits
       WHERE usr = $1 AND kind = $2 AND uses_left > 0 AND reserved = 0 AND usable_until_ms > $3
       ORDER BY usable_until_ms DESC, id LIMIT 1000000 OFFSET $4 ${sql.dialect.forUpdate}`,
      user,
      kind,
      nowMs,
      keepLive,
    )
    for (const { id } of tooMany) await supersede(sql, user, id, nowMs)
  }
}

async function supersede(sql: Sql, user: UserNumber, id: CreditId, nowMs: number): Promise<void> {
  const before = await lockCredit(sql, user, id)
  if (!before?.uses) return
  const row = await sql.get<{ n: number }>(
    'UPDATE credits SET uses_left = 0, n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n',
    user,
    id,
  )
  const change = { change: 'superseded', uses: -before.uses, reserved: 0 } as const
  await writeHistory(sql, { ...change, user, credit: id, n: row!.n, atMs: nowMs })
}

/**
 * Ends a credit with all its uses, including those that messages hold: a new generation begins
 * without any. Returns false, and changes nothing, if there is no such credit or another generation
 * than `generation`.
 */
export async function endCredit(
  sql: Sql,
  user: UserNumber,
  credit: CreditId,
  why: { reason: string; nowMs: number; message?: number; generation?: number },
): Promise<boolean> {
  const before = await lockCredit(sql, user, credit)
  if (!before || before.generation !== (why.generation ?? before.generation)) return false
  const row = await sql.get<{ n: number }>(
    `UPDATE credits SET uses_left = 0, reserved = 0, generation = generation + 1, n = n + 1
     WHERE usr = $1 AND id = $2 RETURNING n`,
    user,
    credit,
  )
  await writeHistory(sql, {
    user,
    credit,
    n: row!.n,
    change: 'dead',
    uses: -(before.uses ?? 0),
    reserved: -before.reserved,
    message: why.message,
    reason: why.reason,
    atMs: why.nowMs,
  })
  return true
}

export async function findCredits(
  sql: Sql,
  appId: string,
  openId: string,
  nowMs: number,
): Promise<CreditRow[]> {
  const user = await findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = await sql.all<Omit<CreditRow, 'kind'> & { kind: number }>(
    `SELECT id, kind, ref, uses_left AS "usesLeft", reserved, ends_ms AS "endsAtMs",
       usable_until_ms AS "usableUntilMs", below_minimum AS "belowMinimumVersion"
     FROM credits
     WHERE usr = $1 AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       AND (usable_until_ms > $2 OR usable_until_ms IS NULL)
     ORDER BY usable_until_ms NULLS LAST, id`,
    user,
    nowMs,
  )
  return rows.map((row) => ({
    ...row,
    kind: kindCode.word(row.kind),
    belowMinimumVersion: Boolean(row.belowMinimumVersion),
  }))
}
