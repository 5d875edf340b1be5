import type { CodeCounts } from '../code-store.ts'
import type { Statements } from './statements.ts'
import { findApp } from './users.ts'

/** Returns the sum. */
export function countLasting(sql: Statements, app: number, more: -1 | 0 | 1): number {
  return sql<{ lasting: number }>(
    `INSERT INTO wxa_code_counts (app, lasting) VALUES (?1, max(?2, 0))
     ON CONFLICT (app) DO UPDATE SET lasting = max(lasting + ?2, 0) RETURNING lasting`,
  ).get(app, more)!.lasting
}

export function setExhausted(sql: Statements, app: number, exhausted: boolean): void {
  sql('UPDATE wxa_code_counts SET exhausted = ?2 WHERE app = ?1 AND exhausted <> ?2').run(
    app,
    Number(exhausted),
  )
}

export function countCodes(sql: Statements, appId: string): CodeCounts {
  const app = findApp(sql, appId)
  if (app === undefined) return { lasting: 0, exhausted: false, waiting: 0 }
  const row = sql<{ lasting: number; exhausted: number }>(
    'SELECT lasting, exhausted FROM wxa_code_counts WHERE app = ?',
  ).get(app)
  const { waiting } = sql<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM wxa_codes WHERE app = ? AND state < 2 AND request IS NOT NULL`,
  ).get(app)!
  return { lasting: row?.lasting ?? 0, exhausted: row?.exhausted === 1, waiting }
}
