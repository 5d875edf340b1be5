/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import type { CreditChange, CreditId, HistoryEntry, UserNumber } from '../store.ts'
import { changeCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Statements } from './statements.ts'
import { findUser } from './users.ts'

export interface Entry {
  user: UserNumber
  credit: CreditId
  /** The `n` that the credit's row has after the change. */
  n: number
  change: CreditChange
  uses: number
  reserved: number
  message?: number | undefined
  reason?: string | undefined
  atMs: number
}

export function writeEntry(sql: Statements, entry: Entry): void {
  sql(
    `INSERT INTO entries (user, credit, n, change, uses, reserved, message, reason, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    entry.user,
    entry.credit,
    entry.n,
    changeCode.of(entry.change),
    entry.uses,
    entry.reserved,
    entry.message ?? null,
    entry.reason ?? null,
    entry.atMs,
  )
}

type Row = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
  change: number
  message: number | null
  reason: string | null
}

export function findHistory(sql: Statements, appId: string, openId: string): HistoryEntry[] {
  const user = findUser(sql, appId, openId)
  if (user === undefined) return []
  return sql<Row>(
    `SELECT credit, n, change, uses, reserved, message, reason, at_ms AS atMs
     FROM entries WHERE user = ? ORDER BY credit, n`,
  )
    .all(user)
    .map(({ change, message, reason, ...row }) => ({
      ...row,
      change: changeCode.word(change),
      ...(message !== null && { message: messageId(user, message) }),
      ...(reason !== null && { reason }),
    }))
}
