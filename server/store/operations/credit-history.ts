/**
 * The history of credits: every change of a credit's row writes one history row, in the same
 * transaction.
 */
import { changeCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Awaitable, Sql } from '../sql.ts'
import type { CreditChange, CreditId, HistoryEntry, UserNumber } from '../store.ts'
import { findUser } from './users.ts'

export interface Change {
  user: UserNumber
  credit: CreditId
  /** The `n` of the credit's row after the change. */
  n: number
  change: CreditChange
  uses: number
  reserved: number
  message?: number | undefined
  reason?: string | undefined
  atMs: number
}

export const writeHistory = (sql: Sql, change: Change): Awaitable<unknown> =>
  sql.run(
    `INSERT INTO credit_history (usr, credit, n, change, uses, reserved, message, reason, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    change.user,
    change.credit,
    change.n,
    changeCode.of(change.change),
    change.uses,
    change.reserved,
    change.message ?? null,
    change.reason ?? null,
    change.atMs,
  )

type HistoryRow = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
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
  const rows = await sql.all<HistoryRow>(
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
