import { liveLimits } from '../recording.ts'
import type { Recording } from '../recording.ts'
import { kindCode } from '../row-codes.ts'
import { creditId } from '../row-ids.ts'
import type { CreditId, NewCredit, RecordCredit, UserNumber } from '../store.ts'
import { writeEntry } from './entries.ts'
import type { Statements } from './statements.ts'
import { internUser, isBelowMinimum } from './users.ts'

export function recordCredit(sql: Statements, input: RecordCredit): 'accepted' | 'duplicate' {
  const user = internUser(sql, input.appId, input.openId)
  const belowMinimum = isBelowMinimum(sql, user)
  const status = addCredit(sql, { user, belowMinimum, nowMs: input.nowMs }, input.credit)
  if (status === 'accepted') keepLatest(sql, user, [input.credit], input.nowMs)
  return status
}

/** Leaves `keepLive` to `keepLatest`, which a batch does once and not for each credit. */
export function addCredit(
  sql: Statements,
  { user, belowMinimum, nowMs }: Recording,
  credit: NewCredit,
): 'accepted' | 'duplicate' {
  const id = creditId(credit.kind, credit.ref)
  const statement = credit.addsUp ? addOrIncrease : add
  const before = credit.uses === null ? (readUses(sql, user, id) ?? 0) : 0
  const row = sql<{ n: number; uses: number | null }>(statement).get(
    user,
    id,
    kindCode.of(credit.kind),
    credit.ref,
    credit.uses,
    Number(belowMinimum),
    credit.usableUntilMs,
    credit.endsAtMs,
  )
  if (!row) return 'duplicate'
  writeEntry(sql, {
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

const readUses = (sql: Statements, user: UserNumber, id: CreditId) =>
  sql<{ uses: number | null }>(
    'SELECT uses_left AS uses FROM credits WHERE user = ? AND id = ?',
  ).get(user, id)?.uses

const insert = `INSERT INTO credits (user, id, kind, ref, uses_left, below_minimum, usable_until_ms, ends_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
const add = `${insert} ON CONFLICT DO NOTHING RETURNING n, uses_left AS uses`
const addOrIncrease = `${insert} ON CONFLICT DO UPDATE SET
  uses_left = uses_left + excluded.uses_left,
  below_minimum = min(below_minimum, excluded.below_minimum),
  n = n + 1 RETURNING n, uses_left AS uses`

/**
 * Lets the oldest live credits of a kind die when there are more than `keepLive`. A reserved one stays: its
 * message may yet give it back.
 */
export function keepLatest(
  sql: Statements,
  user: UserNumber,
  recorded: readonly NewCredit[],
  nowMs: number,
): void {
  for (const [kind, keepLive] of liveLimits(recorded)) {
    const tooMany = sql<{ id: CreditId }>(
      `SELECT id FROM credits
       WHERE user = ? AND kind = ? AND uses_left > 0 AND reserved = 0 AND usable_until_ms > ?
       ORDER BY usable_until_ms DESC, id LIMIT -1 OFFSET ?`,
    ).all(user, kind, nowMs, keepLive)
    for (const { id } of tooMany) takeAway(sql, user, id, 'superseded', nowMs)
  }
}

/** Takes the free uses of a credit away. */
export function takeAway(
  sql: Statements,
  user: UserNumber,
  id: CreditId,
  change: 'superseded' | 'expired',
  nowMs: number,
): void {
  const { uses } = sql<{ uses: number }>(
    'SELECT uses_left AS uses FROM credits WHERE user = ? AND id = ?',
  ).get(user, id)!
  const { n } = sql<{ n: number }>(
    'UPDATE credits SET uses_left = 0, n = n + 1 WHERE user = ? AND id = ? RETURNING n',
  ).get(user, id)!
  writeEntry(sql, { user, credit: id, n, change, uses: -uses, reserved: 0, atMs: nowMs })
}

/** Ends a credit with all its uses, those that messages hold too: a new generation begins without any. */
export function endAll(
  sql: Statements,
  user: UserNumber,
  credit: CreditId,
  why: { reason: string; nowMs: number; message?: number },
): void {
  const before = sql<{ uses: number | null; reserved: number }>(
    'SELECT uses_left AS uses, reserved FROM credits WHERE user = ? AND id = ?',
  ).get(user, credit)
  if (!before) return
  const { n } = sql<{ n: number }>(
    `UPDATE credits SET uses_left = 0, reserved = 0, generation = generation + 1, n = n + 1
     WHERE user = ? AND id = ? RETURNING n`,
  ).get(user, credit)!
  writeEntry(sql, {
    user,
    credit,
    n,
    change: 'dead',
    uses: -(before.uses ?? 0),
    reserved: -before.reserved,
    message: why.message,
    reason: why.reason,
    atMs: why.nowMs,
  })
}
