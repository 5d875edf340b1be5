/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import { toHistory } from '../history-row.ts'
import type { Entry, HistoryRow } from '../history-row.ts'
import { changeCode } from '../row-codes.ts'
import type { HistoryEntry } from '../store.ts'
import type { Sql } from './sql.ts'
import { findUser } from './users.ts'

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
  return rows.map(toHistory(user))
}
