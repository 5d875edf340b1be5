/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import { toHistory } from '../history-row.ts'
import type { Entry, HistoryRow } from '../history-row.ts'
import { changeCode } from '../row-codes.ts'
import type { HistoryEntry } from '../store.ts'
import type { Statements } from './statements.ts'
import { findUser } from './users.ts'

export function writeEntry(sql: Statements, entry: Entry): void {
  sql(
    `INSERT INTO credit_history (user, credit, n, change, uses, reserved, message, reason, at_ms)
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

export function findHistory(sql: Statements, appId: string, openId: string): HistoryEntry[] {
  const user = findUser(sql, appId, openId)
  if (user === undefined) return []
  return sql<HistoryRow>(
    `SELECT credit, n, change, uses, reserved, message, reason, at_ms AS atMs
     FROM credit_history WHERE user = ? ORDER BY credit, n`,
  )
    .all(user)
    .map(toHistory(user))
}
