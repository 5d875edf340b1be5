import type { CreditRow } from '../store.ts'
import { kindCode } from '../row-codes.ts'
import type { Sql } from './sql.ts'
import { findUser } from './users.ts'

type Row = Omit<CreditRow, 'kind'> & { kind: number }

export async function findCredits(
  sql: Sql,
  appId: string,
  openId: string,
  nowMs: number,
): Promise<CreditRow[]> {
  const user = await findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = await sql.all<Row>(
    `SELECT id, kind, ref, uses_left AS "usesLeft", reserved, ends_ms AS "endsAtMs",
            usable_until_ms AS "usableUntilMs", below_minimum AS "belowMinimumVersion"
     FROM credits
     WHERE usr = $1 AND (uses_left IS DISTINCT FROM 0 OR reserved > 0)
       AND (usable_until_ms > $2 OR usable_until_ms IS NULL)
     ORDER BY usable_until_ms NULLS LAST, id`,
    user,
    nowMs,
  )
  return rows.map(({ kind, ...row }) => ({ ...row, kind: kindCode.word(kind) }))
}
