/** API keys that were made while the server runs. */
import type { Scope } from '../../../shared/codes.ts'
import { apiKeyRules } from '../../rules/api-keys.ts'
import type { AddApiKey, ApiKeyRow } from '../api-key-store.ts'
import { withoutNulls } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import { findApp, internApp } from './users.ts'

/**
 * One statement counts and inserts. Transactions beside each other may pass the limit by a few: it
 * protects the database from a loop, and need not be exact.
 */
export function* addApiKey(sql: Sql, input: AddApiKey): Operation<boolean> {
  const app = input.appId === undefined ? null : yield* internApp(sql, input.appId)
  const added = yield* sql.run(
    `INSERT INTO api_keys (hash, id, name, app, scopes, created_ms, expires_ms)
     SELECT $1, $2, $3, CAST($4 AS int), $5, CAST($6 AS bigint), CAST($7 AS bigint)
     WHERE (SELECT count(*) FROM api_keys WHERE app IS NOT DISTINCT FROM $4) < $8`,
    input.hash,
    input.id,
    input.name,
    app,
    JSON.stringify(input.scopes),
    input.createdAtMs,
    input.expiresAtMs ?? null,
    input.most,
  )
  return added === 1
}

interface Row {
  id: string
  name: string
  appId: string | null
  scopes: string
  createdAtMs: number
  expiresAtMs: number | null
  usedAtMs: number | null
}

const select = `
  SELECT id, name, app_id AS "appId", scopes, created_ms AS "createdAtMs",
         expires_ms AS "expiresAtMs", used_ms AS "usedAtMs"
  FROM api_keys LEFT JOIN apps USING (app)`

const read = ({ scopes, ...row }: Row) =>
  ({ ...withoutNulls(row), scopes: JSON.parse(scopes) as Scope[] }) as ApiKeyRow

export function* findApiKey(
  sql: Sql,
  hash: Uint8Array,
  nowMs: number,
): Operation<ApiKeyRow | undefined> {
  const isLive = 'hash = $1 AND (expires_ms IS NULL OR expires_ms > $2)'
  const row = yield* sql.get<Row>(`${select} WHERE ${isLive}`, hash, nowMs)
  return row && read(row)
}

export function* listApiKeys(sql: Sql, appId?: string): Operation<ApiKeyRow[]> {
  const order = 'ORDER BY created_ms, id'
  const rows =
    appId === undefined
      ? yield* sql.all<Row>(`${select} ${order}`)
      : yield* sql.all<Row>(`${select} WHERE app_id = $1 ${order}`, appId)
  return rows.map(read)
}

export function* deleteApiKey(
  sql: Sql,
  { id, appId }: { id: string; appId?: string },
): Operation<boolean> {
  const app = appId === undefined ? null : ((yield* findApp(sql, appId)) ?? noApp)
  const deleted = yield* sql.run(
    'DELETE FROM api_keys WHERE id = $1 AND (CAST($2 AS int) IS NULL OR app = $2)',
    id,
    app,
  )
  return deleted === 1
}

/** Apps are numbered from 1. */
const noApp = 0

export function* touchApiKey(sql: Sql, { id, atMs }: { id: string; atMs: number }) {
  yield* sql.run(
    'UPDATE api_keys SET used_ms = $2 WHERE id = $1 AND (used_ms IS NULL OR used_ms < $2)',
    id,
    atMs,
  )
}

/** Deletes keys that expired long ago. */
export const sweepApiKeys = (sql: Sql, { nowMs }: { nowMs: number }): Step<number> =>
  sql.run('DELETE FROM api_keys WHERE expires_ms < $1', nowMs - apiKeyRules.listedExpiredMs)
