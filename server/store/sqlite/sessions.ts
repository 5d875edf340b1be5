import { keptSessionKeys } from '../../rules/limits.ts'
import type { Session, SignIn, UserNumber } from '../store.ts'
import type { Statements } from './statements.ts'
import { internUser, markBelowMinimum } from './users.ts'

export function signIn(sql: Statements, input: SignIn): UserNumber {
  const user = internUser(sql, input.appId, input.openId)
  if (input.belowMinimumVersion !== undefined) {
    markBelowMinimum(sql, user, input.belowMinimumVersion)
  }
  if (input.sealedKey) keepKey(sql, user, input.sealedKey, input.nowMs)
  sql('INSERT INTO sessions (token_hash, user, ends_ms) VALUES (?, ?, ?)').run(
    input.tokenHash,
    user,
    input.expiresAtMs,
  )
  return user
}

function keepKey(sql: Statements, user: UserNumber, sealed: Uint8Array, nowMs: number): void {
  const { n } = sql<{ n: number }>(
    `INSERT INTO session_keys (user, n, sealed, made_ms)
     VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM session_keys WHERE user = ?1), ?2, ?3) RETURNING n`,
  ).get(user, sealed, nowMs)!
  sql('DELETE FROM session_keys WHERE user = ? AND n <= ?').run(user, n - keptSessionKeys.count)
}

export function findSession(
  sql: Statements,
  tokenHash: Uint8Array,
  nowMs: number,
): Session | undefined {
  return sql<Session>(
    `SELECT app_id AS appId, user, open_id AS openId, ends_ms AS expiresAtMs
     FROM sessions JOIN users USING (user) JOIN apps USING (app)
     WHERE token_hash = ? AND ends_ms > ? AND open_id IS NOT NULL`,
  ).get(tokenHash, nowMs)
}

export function findSessionKeys(sql: Statements, user: UserNumber, sinceMs: number): Buffer[] {
  return sql<{ sealed: Uint8Array }>(
    `SELECT sealed FROM (
       SELECT sealed, n, lag(made_ms) OVER (ORDER BY n DESC) AS replaced_ms FROM session_keys WHERE user = ?)
     WHERE replaced_ms IS NULL OR replaced_ms >= ? ORDER BY n DESC`,
  )
    .all(user, sinceMs)
    .map(({ sealed }) => Buffer.from(sealed))
}
