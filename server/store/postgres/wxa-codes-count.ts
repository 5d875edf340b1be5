import type { CodeCounts } from '../code-store.ts'
import type { Sql } from './sql.ts'

/** Returns the sum. */
export async function countLasting(sql: Sql, app: number, more: -1 | 0 | 1): Promise<number> {
  const row = await sql.get<{ lasting: number }>(
    `INSERT INTO wxa_code_counts (app, lasting) VALUES ($1, greatest($2::int, 0))
     ON CONFLICT (app) DO UPDATE SET lasting = greatest(wxa_code_counts.lasting + $2::int, 0) RETURNING lasting`,
    app,
    more,
  )
  return row!.lasting
}

export async function setExhausted(sql: Sql, app: number, exhausted: boolean): Promise<void> {
  await sql.run(
    'UPDATE wxa_code_counts SET exhausted = $2 WHERE app = $1 AND exhausted <> $2',
    app,
    exhausted,
  )
}

export async function countCodes(sql: Sql, appId: string): Promise<CodeCounts> {
  const row = await sql.get<CodeCounts>(
    `SELECT coalesce(lasting, 0) AS lasting, coalesce(exhausted, false) AS exhausted,
            (SELECT count(*) FROM wxa_codes
             WHERE wxa_codes.app = apps.app AND state < 2 AND request IS NOT NULL) AS waiting
     FROM apps LEFT JOIN wxa_code_counts USING (app) WHERE app_id = $1`,
    appId,
  )
  return row ?? { lasting: 0, exhausted: false, waiting: 0 }
}
