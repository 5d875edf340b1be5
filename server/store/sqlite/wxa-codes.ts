/** Codes that are made or to be made. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import type { CodeRow, QueueCode, QueuedCode } from '../code-store.ts'
import { codeState } from '../row-codes.ts'
import type { Statements } from './statements.ts'
import { findApp, internApp } from './users.ts'

export interface WxaCode {
  code: number
  state: number
  scene: string | null
  holder: string | null
  due: number | null
}

export function findWxaCode(sql: Statements, app: number, key: Uint8Array): WxaCode | undefined {
  return sql<WxaCode>(
    'SELECT code, state, scene, holder, due FROM wxa_codes WHERE app = ? AND key = ?',
  ).get(app, key)
}

export function findCode(sql: Statements, appId: string, key: Uint8Array): CodeRow | undefined {
  const row = sql<{ bytes: Uint8Array; contentType: string; scene: string | null }>(
    `SELECT bytes, content_type AS contentType, scene
     FROM wxa_codes JOIN apps USING (app) JOIN wxa_code_images USING (code) WHERE app_id = ? AND key = ?`,
  ).get(appId, key)
  if (!row) return undefined
  const { bytes, contentType, scene } = row
  return { bytes: Buffer.from(bytes), contentType, ...(scene !== null && { scene }) }
}

export function queueCode(
  sql: Statements,
  { appId, key, request, nowMs }: QueueCode,
): 'made' | 'queued' {
  const app = internApp(sql, appId)
  if (findWxaCode(sql, app, key)?.state === codeState.made) return 'made'
  // One that is being made stays so; should it fail, it waits.
  sql(
    `INSERT INTO wxa_codes (app, key, state, request, asked_ms) VALUES (?, ?, ${codeState.waiting}, ?, ?)
     ON CONFLICT (app, key) DO UPDATE SET request = excluded.request,
       state = iif(state = ${codeState.making}, state, excluded.state)`,
  ).run(app, key, JSON.stringify(request), nowMs)
  return 'queued'
}

export function findQueuedCodes(sql: Statements, appId: string, limit: number): QueuedCode[] {
  const app = findApp(sql, appId)
  if (app === undefined) return []
  return sql<{ key: Uint8Array; request: string }>(
    `SELECT key, request FROM wxa_codes
     WHERE app = ? AND state < 2 AND state = ${codeState.waiting} ORDER BY code LIMIT ?`,
  )
    .all(app, limit)
    .map(({ key, request }) => ({
      key: Buffer.from(key),
      request: JSON.parse(request) as CodeRequest,
    }))
}

/** At the opening of the file: whoever made codes is gone. */
export function endForeignCodeLeases(sql: Statements): void {
  sql(
    `UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = 1,
       state = iif(request IS NULL, ${codeState.idle}, ${codeState.waiting})
     WHERE state < 2 AND state = ${codeState.making}`,
  ).run()
}
