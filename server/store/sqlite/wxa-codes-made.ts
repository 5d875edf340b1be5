/** Making a code: taken over by one caller, then kept or dropped. */
import type { DropCode, KeepCode, OpenCode, OpenedCode } from '../code-store.ts'
import { codeState } from '../row-codes.ts'
import { dropScene, putScene } from './scenes.ts'
import type { Statements } from './statements.ts'
import { internApp } from './users.ts'
import { findWxaCode } from './wxa-codes.ts'
import { countLasting, setExhausted } from './wxa-codes-count.ts'

export function openCode(
  sql: Statements,
  { input, engineMs }: { input: OpenCode; engineMs: number },
): OpenedCode {
  const { appId, key, holder, nowMs } = input
  const app = internApp(sql, appId)
  const row = findWxaCode(sql, app, key)
  if (row?.state === codeState.made) return { was: 'made' }
  const isMaking = row?.state === codeState.making
  // A holder never loses a lease to itself: it may have lost the answer to its last write.
  if (isMaking && row.holder !== holder && (row.due ?? 0) > engineMs) return { was: 'underWay' }
  const scene = row?.scene ?? (input.scene ? putScene(sql, app, input.scene, nowMs) : null)
  sql(
    `INSERT INTO wxa_codes (app, key, state, scene, holder, due, asked_ms)
     VALUES (?, ?, ${codeState.making}, ?, ?, ?, ?)
     ON CONFLICT (app, key) DO UPDATE SET
       state = excluded.state, scene = excluded.scene, holder = excluded.holder, due = excluded.due,
       maybe_made = max(maybe_made, ?)`,
  ).run(app, key, scene, holder, engineMs + input.leaseMs, nowMs, Number(isMaking))
  if (input.counts) countLasting(sql, app, 1)
  return { was: 'opened', ...(scene !== null && { scene }) }
}

/** Whoever holds the lease by now: there is an image, and no second one is wanted. */
export function keepCode(sql: Statements, input: KeepCode): number {
  const { appId, key, image, nowMs } = input
  const app = internApp(sql, appId)
  const made = sql<{ code: number }>(
    `UPDATE wxa_codes SET state = ${codeState.made}, request = NULL, holder = NULL, due = NULL, maybe_made = 1,
       content_type = ?, made_ms = ?
     WHERE app = ? AND key = ? AND state <> ${codeState.made} RETURNING code`,
  ).get(image.contentType, nowMs, app, key)
  if (made) sql('INSERT INTO wxa_code_images VALUES (?, ?)').run(made.code, image.bytes)
  if (input.counts) setExhausted(sql, app, false)
  return countLasting(sql, app, 0)
}

export function dropCode(sql: Statements, input: DropCode): void {
  const { appId, key, holder, again } = input
  const shown = input.was === 'outcome_unknown'
  const app = internApp(sql, appId)
  const row = sql<{ code: number; state: number; scene: string | null; shown: number }>(
    `UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = max(maybe_made, ?3),
       state = iif(?4 AND request IS NOT NULL, ${codeState.waiting}, ${codeState.idle}),
       request = iif(?4, request, NULL)
     WHERE app = ?1 AND key = ?2 AND state = ${codeState.making} AND holder = ?5
     RETURNING code, state, scene, maybe_made AS shown`,
  ).get(app, key, Number(shown), Number(again), holder)
  if (!row) return
  if (input.counts && !shown) countLasting(sql, app, -1)
  if (input.exhausted) setExhausted(sql, app, true)
  if (row.state !== codeState.idle || row.shown === 1) return
  // WeChat never made anything of it: no trace is needed, and bad requests must not fill the file.
  sql('DELETE FROM wxa_codes WHERE code = ?').run(row.code)
  if (row.scene !== null) dropScene(sql, app, row.scene)
}
