import { liveLimits } from '../recording.ts'
import type { Recording } from '../recording.ts'
import { kindCode } from '../row-codes.ts'
import { creditId } from '../row-ids.ts'
import type { CreditId, NewCredit, RecordCredit, UserNumber } from '../store.ts'
import { writeEntry } from './entries.ts'
import type { Sql } from './sql.ts'
import { internUser, isBelowMinimum, lockUser } from './users.ts'

export async function recordCredit(
  sql: Sql,
  input: RecordCredit,
): Promise<'accepted' | 'duplicate'> {
  const user = await internUser(sql, input.appId, input.openId)
  await lockUser(sql, user)
  const belowMinimum = await isBelowMinimum(sql, user)
  const status = await addCredit(sql, { user, belowMinimum, nowMs: input.nowMs }, input.credit)
  if (status === 'accepted') await keepLatest(sql, user, [input.credit], input.nowMs)
  return status
}

/** Leaves `keepLive` to `keepLatest`, which a batch does once and not for each credit. */
export async function addCredit(
  sql: Sql,
  { user, belowMinimum, nowMs }: Recording,
  credit: NewCredit,
): Promise<'accepted' | 'duplicate'> {
  const id = creditId(credit.kind, credit.ref)
  const before = credit.uses === null ? ((await lockCredit(sql, user, id))?.uses ?? 0) : 0
  const row = await sql.get<{ n: number; uses: number | null }>(
    credit.addsUp ? addOrIncrease : add,
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
  await writeEntry(sql, {
    user,
    credit: id,
    n: row.n,
    change: 'recorded',
    // A credit without a limit has nothing to count: what it had before goes out of the sums.
    uses: row.uses === null ? -before : credit.uses!,
    reserved: 0,
    atMs: nowMs,
  })
  return 'accepted'
}

const insert = `INSERT INTO credits (usr, id, kind, ref, uses_left, below_minimum, usable_until_ms, ends_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
const add = `${insert} ON CONFLICT DO NOTHING RETURNING n, uses_left AS uses`
const addOrIncrease = `${insert} ON CONFLICT (usr, id) DO UPDATE SET
  uses_left = credits.uses_left + excluded.uses_left,
  below_minimum = credits.below_minimum AND excluded.below_minimum,
  n = credits.n + 1 RETURNING n, uses_left AS uses`

/** What a credit has, which stays so until the transaction ends. */
export const lockCredit = (sql: Sql, user: UserNumber, id: CreditId) =>
  sql.get<{ uses: number | null; reserved: number; generation: number }>(
    `SELECT uses_left AS uses, reserved, generation FROM credits WHERE usr = $1 AND id = $2 FOR UPDATE`,
    user,
    id,
  )

/**
 * Lets the oldest live credits of a kind die when there are more than `keepLive`. A reserved one stays: its
 * message may yet give it back.
 */
export async function keepLatest(
  sql: Sql,
  user: UserNumber,
  recorded: readonly NewCredit[],
  nowMs: number,
): Promise<void> {
  for (const [kind, keepLive] of liveLimits(recorded)) {
    const tooMany = await sql.all<{ id: CreditId }>(
      `SELECT id FROM credits
       WHERE usr = $1 AND kind = $2 AND uses_left > 0 AND reserved = 0 AND usable_until_ms > $3
       ORDER BY usable_until_ms DESC, id OFFSET $4 FOR UPDATE`,
      user,
      kind,
      nowMs,
      keepLive,
    )
    for (const { id } of tooMany) await takeAway(sql, user, id, 'superseded', nowMs)
  }
}

/** Takes the free uses of a credit away. */
export async function takeAway(
  sql: Sql,
  user: UserNumber,
  id: CreditId,
  change: 'superseded' | 'expired',
  nowMs: number,
): Promise<void> {
  const before = await lockCredit(sql, user, id)
  if (!before?.uses) return
  await writeEntry(sql, {
    user,
    credit: id,
    n: await setCredit(sql, user, id, 'uses_left = 0'),
    change,
    uses: -before.uses,
    reserved: 0,
    atMs: nowMs,
  })
}

/** Ends a credit with all its uses, those that messages hold too: a new generation begins without any. */
export async function endAll(
  sql: Sql,
  user: UserNumber,
  credit: CreditId,
  why: { reason: string; nowMs: number; message?: number },
): Promise<void> {
  const before = await lockCredit(sql, user, credit)
  if (!before) return
  const ended = 'uses_left = 0, reserved = 0, generation = generation + 1'
  await writeEntry(sql, {
    user,
    credit,
    n: await setCredit(sql, user, credit, ended),
    change: 'dead',
    uses: -(before.uses ?? 0),
    reserved: -before.reserved,
    message: why.message,
    reason: why.reason,
    atMs: why.nowMs,
  })
}

/** Returns the number of the entry that tells of it. */
async function setCredit(sql: Sql, user: UserNumber, id: CreditId, set: string): Promise<number> {
  const row = await sql.get<{ n: number }>(
    `UPDATE credits SET ${set}, n = n + 1 WHERE usr = $1 AND id = $2 RETURNING n`,
    user,
    id,
  )
  return row!.n
}
