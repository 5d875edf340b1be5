/** Codes that are made or to be made. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import type { CodeRow, QueueCode, QueuedCode } from '../code-store.ts'
import { codeState } from '../row-codes.ts'
import { engineNow } from './clock.ts'
import type { Sql } from './sql.ts'
import { internApp } from './users.ts'

export async function findCode(
  sql: Sql,
  appId: string,
  key: Uint8Array,
): Promise<CodeRow | undefined> {
  const row = await sql.get<{ bytes: Buffer; contentType: string; scene: string | null }>(
    `SELECT bytes, content_type AS "contentType", scene
     FROM wxa_codes JOIN apps USING (app) JOIN wxa_code_images USING (code) WHERE app_id = $1 AND key = $2`,
    appId,
    key,
  )
  if (!row) return undefined
  const { scene, ...image } = row
  return { ...image, ...(scene !== null && { scene }) }
}

export async function queueCode(
  sql: Sql,
  { appId, key, request, nowMs }: QueueCode,
): Promise<'made' | 'queued'> {
  // One that is being made stays so; should it fail, it waits.
  const queued = await sql.run(
    `INSERT INTO wxa_codes (app, key, state, request, asked_ms) VALUES ($1, $2, ${codeState.waiting}, $3, $4)
     ON CONFLICT (app, key) DO UPDATE SET request = excluded.request,
       state = CASE wxa_codes.state WHEN ${codeState.making} THEN wxa_codes.state ELSE excluded.state END
     WHERE wxa_codes.state <> ${codeState.made}`,
    await internApp(sql, appId),
    key,
    JSON.stringify(request),
    nowMs,
  )
  return queued === 1 ? 'queued' : 'made'
}

/** What somebody was making when he died waits again. */
export async function findQueuedCodes(
  sql: Sql,
  appId: string,
  limit: number,
): Promise<QueuedCode[]> {
  const rows = await sql.all<{ key: Buffer; request: string }>(
    `SELECT key, request FROM wxa_codes
     WHERE app = (SELECT app FROM apps WHERE app_id = $1) AND state < 2 AND request IS NOT NULL
       AND (state = ${codeState.waiting} OR due <= ${engineNow}) ORDER BY code LIMIT $2`,
    appId,
    limit,
  )
  return rows.map(({ key, request }) => ({ key, request: JSON.parse(request) as CodeRequest }))
}

const forgottenAfterMs = 3_600_000

/** Takes what nobody waits for out of the codes that are under way, when its holder has died over it. */
export function endDeadCodes(sql: Sql): Promise<number> {
  return sql.run(
    `UPDATE wxa_codes SET state = ${codeState.idle}, holder = NULL, due = NULL, maybe_made = true
     WHERE state < 2 AND state = ${codeState.making} AND request IS NULL
       AND due <= ${engineNow} - ${forgottenAfterMs}`,
  )
}
