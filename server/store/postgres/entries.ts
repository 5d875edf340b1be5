/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import type { Entry } from '../history-row.ts'
import { changeCode } from '../row-codes.ts'
import type { Sql } from './sql.ts'

export async function writeEntry(sql: Sql, entry: Entry): Promise<void> {
  await sql.run(
    `INSERT INTO credit_history (usr, credit, n, change, uses, reserved, message, reason, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
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
