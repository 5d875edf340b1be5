/** The history beside the sums: every change of a credit's row writes one entry here, in the same transaction. */
import type { CreditChange, CreditId, HistoryEntry, UserNumber } from '../store.ts'
import { changeCode } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Sql } from './sql.ts'
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

export async function writeEntry(sql: Sql, entry: Entry): Promise<void> {
  await sql.run(
    `INSERT INTO entries (usr, credit, n, change, uses, reserved, message, reason, at_ms)
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

type Row = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
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
  const rows = await sql.all<Row>(
    `SELECT credit, n, change, uses, reserved, message, reason, at_ms AS "atMs"
     FROM entries WHERE usr = $1 ORDER BY credit, n`,
    user,
  )
  return rows.map(({ change, message, reason, ...row }) => ({
    ...row,
    change: changeCode.word(change),
    ...(message !== null && { message: messageId(user, message) }),
    ...(reason !== null && { reason }),
  }))
}
