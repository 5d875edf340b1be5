/** Signed-in phones, and the session keys of their users. */
import { keptSessionKeys } from '../../rules/sessions.ts'
import { asBuffer } from '../rows.ts'
import type { Sql } from '../sql.ts'
import type { Session, SignIn, UserNumber } from '../store.ts'
import { internUser, lockUser, markBelowMinimum } from './users.ts'

export async function signIn(sql: Sql, input: SignIn): Promise<UserNumber> {
  const { user } = await internUser(sql, input.appId, input.openId)
  if (input.belowMinimumVersion !== undefined) {
    await markBelowMinimum(sql, user, input.belowMinimumVersion)
  }
  if (input.sealedKey) await keepKey(sql, user, input.sealedKey, input.nowMs)
  await sql.run(
    'INSERT INTO sessions (token_hash, usr, ends_ms) VALUES ($1, $2, $3)',
    input.tokenHash,
    user,
    input.expiresAtMs,
  )
  return user
}

async function keepKey(
  sql: Sql,
  user: UserNumber,
  sealed: Uint8Array,
  nowMs: number,
): Promise<void> {
  // Else two phones of one user could give their keys the same number.
  await lockUser(sql, user)
  const row = await sql.get<{ n: number }>(
    `INSERT INTO session_keys (usr, n, sealed, made_ms) VALUES (
       $1, (SELECT coalesce(max(n), 0) + 1 FROM session_keys WHERE usr = $1), $2, $3) RETURNING n`,
    user,
    sealed,
    nowMs,
  )
  const last = row!.n - keptSessionKeys.count
  await sql.run('DELETE FROM session_keys WHERE usr = $1 AND n <= $2', user, last)
}

export const findSession = async (
  sql: Sql,
  tokenHash: Uint8Array,
  nowMs: number,
): Promise<Session | undefined> =>
  sql.get<Session>(
    `SELECT app_id AS "appId", usr AS "user", open_id AS "openId", ends_ms AS "expiresAtMs"
     FROM sessions JOIN users USING (usr) JOIN apps USING (app)
     WHERE token_hash = $1 AND ends_ms > $2 AND open_id IS NOT NULL`,
    tokenHash,
    nowMs,
  )

export async function findSessionKeys(
  sql: Sql,
  user: UserNumber,
  sinceMs: number,
): Promise<Buffer[]> {
  const rows = await sql.all<{ sealed: Uint8Array }>(
    `SELECT sealed FROM (
       SELECT sealed, n, lag(made_ms) OVER (ORDER BY n DESC) AS replaced_ms
       FROM session_keys WHERE usr = $1) AS keys
     WHERE replaced_ms IS NULL OR replaced_ms >= $2 ORDER BY n DESC`,
    user,
    sinceMs,
  )
  return rows.map(({ sealed }) => asBuffer(sealed))
}
