import { forceAt } from '../../rules/tokens.ts'
import type { StoredToken } from '../store.ts'
import type { Statements } from './statements.ts'
import { findApp, internApp } from './users.ts'

export function findToken(sql: Statements, appId: string): StoredToken | undefined {
  const app = findApp(sql, appId)
  if (app === undefined) return undefined
  const row = sql<Omit<StoredToken, 'sealed'> & { sealed: Uint8Array }>(
    `SELECT sealed, fetched_ms AS fetchedAtMs, expires_ms AS expiresAtMs FROM tokens
     WHERE app = ? AND sealed IS NOT NULL`,
  ).get(app)
  return row && { ...row, sealed: Buffer.from(row.sealed) }
}

/** @param engineMs the engine's clock, on which leases run */
export function leaseToken(
  sql: Statements,
  { appId, holder, leaseMs, engineMs }: TokenLease & { leaseMs: number; engineMs: number },
): boolean {
  const taken = sql(
    `INSERT INTO tokens (app, holder, until) VALUES (?1, ?2, ?3)
     ON CONFLICT DO UPDATE SET holder = ?2, until = ?3 WHERE until IS NULL OR until <= ?4 OR holder = ?2`,
  ).run(internApp(sql, appId), holder, engineMs + leaseMs, engineMs)
  return taken === 1
}

export function endTokenLease(
  sql: Statements,
  { appId, holder, token }: TokenLease & { token?: StoredToken },
): void {
  const app = internApp(sql, appId)
  if (token) {
    sql(
      'UPDATE tokens SET sealed = ?, fetched_ms = ?, expires_ms = ? WHERE app = ? AND holder = ?',
    ).run(token.sealed, token.fetchedAtMs, token.expiresAtMs, app, holder)
  }
  sql('UPDATE tokens SET holder = NULL, until = NULL WHERE app = ? AND holder = ?').run(app, holder)
}

export function forceToken(
  sql: Statements,
  { appId, holder, nowMs }: TokenLease & { nowMs: number },
): boolean {
  const app = internApp(sql, appId)
  const row = sql<{ forced: string | null }>(
    'SELECT forced FROM tokens WHERE app = ? AND holder = ?',
  ).get(app, holder)
  const forced = row && forceAt(nowMs, JSON.parse(row.forced ?? '[]') as number[])
  if (!forced) return false
  sql('UPDATE tokens SET forced = ? WHERE app = ?').run(JSON.stringify(forced), app)
  return true
}

interface TokenLease {
  appId: string
  holder: string
}

/** As with messages: this process owns the file, so the leases of earlier ones are dead. */
export function endForeignTokenLeases(sql: Statements): void {
  sql('UPDATE tokens SET holder = NULL, until = NULL WHERE holder IS NOT NULL').run()
}
