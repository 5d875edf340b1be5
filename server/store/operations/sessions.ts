/** Signed-in phones, and the session keys of their users. */
import { keptSessionKeys } from '../../rules/sessions.ts'
import { asBuffer } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { Session, SignIn, UserNumber } from '../store.ts'
import { internUser, lockUser, markBelowMinimum } from './users.ts'

export function* signIn(sql: Sql, input: SignIn): Operation<UserNumber> {
  const { user } = yield* internUser(sql, input.appId, input.openId)
  if (input.belowMinimumVersion !== undefined) {
    yield* markBelowMinimum(sql, user, input.belowMinimumVersion)
  }
  if (input.sealedKey) yield* keepKey(sql, user, input.sealedKey, input.nowMs)
  yield* sql.run(
    'INSERT INTO sessions (token_hash, usr, ends_ms) VALUES ($1, $2, $3)',
    input.tokenHash,
    user,
    input.expiresAtMs,
  )
  return user
}

function* keepKey(sql: Sql, user: UserNumber, sealed: Uint8Array, nowMs: number): Operation<void> {
  // Else two phones of one user could give their keys the same number.
  yield* lockUser(sql, user)
  const row = yield* sql.get<{ n: number }>(
    `INSERT INTO session_keys (usr, n, sealed, made_ms) VALUES (
       $1, (SELECT coalesce(max(n), 0) + 1 FROM session_keys WHERE usr = $1), $2, $3) RETURNING n`,
    user,
    sealed,
    nowMs,
  )
  const last = row!.n - keptSessionKeys.count
  yield* sql.run('DELETE FROM session_keys WHERE usr = $1 AND n <= $2', user, last)
}

export const findSession = (
  sql: Sql,
  tokenHash: Uint8Array,
  nowMs: number,
): Step<Session | undefined> =>
  sql.get<Session>(
    `SELECT app_id AS "appId", usr AS "user", open_id AS "openId", ends_ms AS "expiresAtMs"
     FROM sessions JOIN users USING (usr) JOIN apps USING (app)
     WHERE token_hash = $1 AND ends_ms > $2 AND open_id IS NOT NULL`,
    tokenHash,
    nowMs,
  )

export function* findSessionKeys(sql: Sql, user: UserNumber, sinceMs: number): Operation<Buffer[]> {
  const rows = yield* sql.all<{ sealed: Uint8Array }>(
    `SELECT sealed FROM (
       SELECT sealed, n, lag(made_ms) OVER (ORDER BY n DESC) AS replaced_ms
       FROM session_keys WHERE usr = $1) AS keys
     WHERE replaced_ms IS NULL OR replaced_ms >= $2 ORDER BY n DESC`,
    user,
    sinceMs,
  )
  return rows.map(({ sealed }) => asBuffer(sealed))
}
