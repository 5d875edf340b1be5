/** What the server tells about the credits of a user. */
import { changeCode, kindCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Sql } from '../sql.ts'
import type { CreditRow, HistoryEntry } from '../store.ts'
import { findUser } from './users.ts'

type StoredCredit = Omit<CreditRow, 'kind' | 'belowMinimumVersion'> & {
  kind: number
  belowMinimum: boolean | number
}

export async function findCredits(
  sql: Sql,
  appId: string,
  openId: string,
  nowMs: number,
): Promise<CreditRow[]> {
  const user = await findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = await sql.all<StoredCredit>(
    `SELECT id, kind, ref, uses_left AS "usesLeft", reserved, ends_ms AS "endsAtMs",
            usable_until_ms AS "usableUntilMs", below_minimum AS "belowMinimum"
     FROM credits
     WHERE usr = $1 AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       AND (usable_until_ms > $2 OR usable_until_ms IS NULL)
     ORDER BY usable_until_ms NULLS LAST, id`,
    user,
    nowMs,
  )
  return rows.map(({ kind, belowMinimum, ...row }) => ({
    ...row,
    kind: kindCode.word(kind),
    belowMinimumVersion: Boolean(belowMinimum),
  }))
}

type StoredEntry = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
  change: number
  message: number | null
  reason: string | null
}

export async function findHistory(
  sql: Sql,
  appId: string,
  openId: string,
): Promise<HistoryEntry[]> {
  const user = await findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = await sql.all<StoredEntry>(
    `SELECT credit, n, change, uses, reserved, message, reason, at_ms AS "atMs"
     FROM credit_history WHERE usr = $1 ORDER BY credit, n`,
    user,
  )
  return rows.map(({ change, message, reason, ...row }) => ({
    ...row,
    change: changeCode.word(change),
    ...(message !== null && { message: messageId(user, message) }),
    ...(reason !== null && { reason }),
  }))
}
