/** Signed-in phones, and the session keys of their users. */
import { keptSessionKeys, sealedKeyRules, sessionRules } from '../../rules/sessions.ts'
import { asBuffer } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type {
  DeleteSessions,
  FindSealedKeys,
  SealedKey,
  SealedKeyPosition,
  SealedKeyReplacement,
  Session,
  SignIn,
  UserNumber,
} from '../store.ts'
import { findUser, lockUserOf, markBelowMinimum } from './users.ts'

export function* signIn(sql: Sql, input: SignIn): Operation<UserNumber> {
  // Two phones of one user could give their keys the same number, or keep a session too many.
  const { user } = yield* lockUserOf(sql, input.appId, input.openId)
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
  yield* deleteOldest(sql, user, input.tokenHash)
  return user
}

export function* listSessions(
  sql: Sql,
  { appId, openId, nowMs }: { appId: string; openId: string; nowMs: number },
): Operation<number[]> {
  const user = yield* findUser(sql, appId, openId)
  if (user === undefined) return []
  const rows = yield* sql.all<{ endsMs: number }>(
    `SELECT ends_ms AS "endsMs" FROM sessions WHERE usr = $1 AND ends_ms > $2
     ORDER BY ends_ms DESC`,
    user,
    nowMs,
  )
  return rows.map(({ endsMs }) => endsMs)
}

/**
 * All sessions last equally long, so the oldest ends first. `newest` stays. SQLite takes no OFFSET
 * without a LIMIT.
 */
const deleteOldest = (sql: Sql, user: UserNumber, newest: Uint8Array): Step<number> =>
  sql.run(
    `DELETE FROM sessions WHERE token_hash IN (
       SELECT token_hash FROM sessions WHERE usr = $1 AND token_hash <> $2
       ORDER BY ends_ms DESC LIMIT 1000 OFFSET ${sessionRules.perUser - 1})`,
    user,
    newest,
  )

export function* deleteSessions(sql: Sql, input: DeleteSessions): Operation<number> {
  if ('openId' in input) {
    const user = yield* findUser(sql, input.appId, input.openId)
    return user === undefined ? 0 : yield* sql.run('DELETE FROM sessions WHERE usr = $1', user)
  }
  if (sql.dialect.spansMachines) {
    const session = yield* findApart(sql, input.tokenHash, 0)
    if (session?.appId !== input.appId) return 0
    return yield* sql.run('DELETE FROM sessions WHERE token_hash = $1', input.tokenHash)
  }
  return yield* sql.run(
    `DELETE FROM sessions WHERE token_hash = $1 AND EXISTS (
       SELECT 1 FROM users JOIN apps USING (app) WHERE users.usr = sessions.usr AND app_id = $2)`,
    input.tokenHash,
    input.appId,
  )
}

function* keepKey(sql: Sql, user: UserNumber, sealed: Uint8Array, nowMs: number): Operation<void> {
  const next = 'SELECT coalesce(max(n), 0) + 1 AS n FROM session_keys WHERE usr = $1'
  const { spansMachines } = sql.dialect
  // Citus takes no subquery among the values of an INSERT.
  const number = spansMachines ? (yield* sql.get<{ n: number }>(next, user))!.n : null
  const row = yield* sql.get<{ n: number }>(
    `INSERT INTO session_keys (usr, n, sealed, made_ms)
     VALUES ($1, ${spansMachines ? '$4' : `coalesce($4, (${next}))`}, $2, $3) RETURNING n`,
    user,
    sealed,
    nowMs,
    number,
  )
  const last = row!.n - keptSessionKeys.count
  yield* sql.run('DELETE FROM session_keys WHERE usr = $1 AND n <= $2', user, last)
}

export const findSession = (
  sql: Sql,
  tokenHash: Uint8Array,
  nowMs: number,
): Step<Session | undefined> =>
  sql.dialect.spansMachines ? findApart(sql, tokenHash, nowMs) : findJoined(sql, tokenHash, nowMs)

/** A session lies by the hash of its token, elsewhere than its user. */
function* findApart(
  sql: Sql,
  tokenHash: Uint8Array,
  nowMs: number,
): Operation<Session | undefined> {
  const session = yield* sql.get<Pick<Session, 'user' | 'expiresAtMs'>>(
    `SELECT usr AS "user", ends_ms AS "expiresAtMs" FROM sessions
     WHERE token_hash = $1 AND ends_ms > $2`,
    tokenHash,
    nowMs,
  )
  const user =
    session &&
    (yield* sql.get<Pick<Session, 'appId' | 'openId'>>(
      `SELECT app_id AS "appId", open_id AS "openId" FROM users JOIN apps USING (app)
       WHERE usr = $1 AND open_id IS NOT NULL`,
      session.user,
    ))
  return user && { ...session, ...user }
}

const findJoined = (sql: Sql, tokenHash: Uint8Array, nowMs: number) =>
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

export function* findSealedKeys(
  sql: Sql,
  { after, exceptKeyId, limit }: FindSealedKeys,
): Operation<{ keys: SealedKey[]; next?: SealedKeyPosition }> {
  const from = [after?.user ?? -1, after?.n ?? 0] as const
  const next = yield* sql.get<SealedKeyPosition>(
    `SELECT usr AS "user", n FROM session_keys WHERE (usr, n) > ($1, $2)
     ORDER BY usr, n LIMIT 1 OFFSET $3`,
    ...from,
    limit - 1,
  )
  const rows = yield* sql.all<Omit<SealedKey, 'sealed'> & { sealed: Uint8Array }>(
    `SELECT app_id AS "appId", open_id AS "openId", usr AS "user", sealed FROM (
       SELECT usr, n, sealed FROM session_keys WHERE (usr, n) > ($1, $2)
       ORDER BY usr, n LIMIT $4) AS step
     JOIN users USING (usr) JOIN apps USING (app)
     WHERE substr(sealed, 1, ${sealedKeyRules.keyIdBytes}) <> $3 AND open_id IS NOT NULL
     ORDER BY usr, n`,
    ...from,
    exceptKeyId ?? Buffer.of(),
    limit,
  )
  const keys = rows.map((row) => ({ ...row, sealed: asBuffer(row.sealed) }))
  return next ? { keys, next } : { keys }
}

/** A sealed value holds a random nonce, so no user has it twice. */
export function* replaceSealedKeys(
  sql: Sql,
  replacements: readonly SealedKeyReplacement[],
): Operation<number> {
  let replaced = 0
  for (const { user, sealed, replacement } of replacements) {
    replaced += yield* sql.run(
      'UPDATE session_keys SET sealed = $3 WHERE usr = $1 AND sealed = $2',
      user,
      sealed,
      replacement,
    )
  }
  return replaced
}
