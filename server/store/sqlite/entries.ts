/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import type { Entry } from '../history-row.ts'
import { changeCode } from '../row-codes.ts'
import type { Statements } from './statements.ts'

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
