/** The access_token that all processes on the database share. */
import { forceAt } from '../../rules/tokens.ts'
import type { SealedTokenReplacement, StoredToken } from '../coordination-store.ts'
import { asBuffer } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import { internApp } from './users.ts'

interface TokenLease {
  appId: string
  holder: string
}

export function* findToken(sql: Sql, appId: string): Operation<StoredToken | undefined> {
  const row = yield* sql.get<StoredToken>(
    `SELECT sealed, fetched_ms AS "fetchedAtMs", expires_ms AS "expiresAtMs"
     FROM tokens JOIN apps USING (app) WHERE app_id = $1 AND sealed IS NOT NULL`,
    appId,
  )
  return row && { ...row, sealed: asBuffer(row.sealed) }
}

/** Does nothing if another token was stored meanwhile. */
export const replaceSealedToken = (
  sql: Sql,
  { appId, sealed, replacement }: SealedTokenReplacement,
): Step<number> =>
  sql.run(
    `UPDATE tokens SET sealed = $3 WHERE sealed = $2
       AND app = (SELECT app FROM apps WHERE app_id = $1)`,
    appId,
    sealed,
    replacement,
  )

export function* leaseToken(
  sql: Sql,
  { appId, holder, leaseMs }: TokenLease & { leaseMs: number },
): Operation<boolean> {
  const leased = yield* sql.run(
    `INSERT INTO tokens (app, holder, until) VALUES ($1, $2, $now + CAST($3 AS bigint))
     ON CONFLICT (app) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE tokens.until IS NULL OR tokens.until <= $now OR tokens.holder = excluded.holder`,
    yield* internApp(sql, appId),
    holder,
    leaseMs,
  )
  return leased === 1
}

export function* endTokenLease(
  sql: Sql,
  { appId, holder, token }: TokenLease & { token?: StoredToken },
): Operation<void> {
  const app = yield* internApp(sql, appId)
  const ended = 'holder = NULL, until = NULL WHERE app = $1 AND holder = $2'
  if (!token) return void (yield* sql.run(`UPDATE tokens SET ${ended}`, app, holder))
  yield* sql.run(
    `UPDATE tokens SET sealed = $3, fetched_ms = $4, expires_ms = $5, ${ended}`,
    app,
    holder,
    token.sealed,
    token.fetchedAtMs,
    token.expiresAtMs,
  )
}

export function* forceToken(
  sql: Sql,
  { appId, holder, nowMs }: TokenLease & { nowMs: number },
): Operation<boolean> {
  const app = yield* internApp(sql, appId)
  const row = yield* sql.get<{ forced: string | null }>(
    `SELECT forced FROM tokens WHERE app = $1 AND holder = $2 ${sql.dialect.forUpdate}`,
    app,
    holder,
  )
  const forced = row && forceAt(nowMs, JSON.parse(row.forced ?? '[]') as number[])
  if (!forced) return false
  yield* sql.run('UPDATE tokens SET forced = $2 WHERE app = $1', app, JSON.stringify(forced))
  return true
}
