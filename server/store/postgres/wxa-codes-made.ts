/** Making a code: taken over by one caller, then kept or dropped. */
import type { DropCode, KeepCode, OpenCode, OpenedCode } from '../code-store.ts'
import { codeState } from '../row-codes.ts'
import { engineNow } from './clock.ts'
import { dropScene, putScene } from './scenes.ts'
import type { Sql } from './sql.ts'
import { internApp } from './users.ts'
import { countLasting, setExhausted } from './wxa-codes-count.ts'

export async function openCode(sql: Sql, input: OpenCode): Promise<OpenedCode> {
  const { appId, key, holder, nowMs } = input
  const app = await internApp(sql, appId)
  const row = await lockCode(sql, app, key, nowMs)
  if (row.state === codeState.made) return { was: 'made' }
  const isMaking = row.state === codeState.making
  // A holder never loses a lease to itself: it may have lost the answer to its last write.
  if (isMaking && row.holder !== holder && row.isLeased) return { was: 'underWay' }
  const scene = row.scene ?? (input.scene ? await putScene(sql, app, input.scene, nowMs) : null)
  await sql.run(
    `UPDATE wxa_codes SET state = ${codeState.making}, scene = $2, holder = $3,
       due = ${engineNow} + $4::bigint, maybe_made = maybe_made OR $5 WHERE code = $1`,
    row.code,
    scene,
    holder,
    input.leaseMs,
    isMaking,
  )
  if (input.counts) await countLasting(sql, app, 1)
  return { was: 'opened', ...(scene !== null && { scene }) }
}

interface WxaCode {
  code: number
  state: number
  scene: string | null
  holder: string | null
  isLeased: boolean
}

/** The row of a request, made where there is none, for this transaction alone. */
async function lockCode(sql: Sql, app: number, key: Uint8Array, nowMs: number): Promise<WxaCode> {
  for (;;) {
    const row = await sql.get<WxaCode>(
      `SELECT code, state, scene, holder, coalesce(due > ${engineNow}, false) AS "isLeased"
       FROM wxa_codes WHERE app = $1 AND key = $2 FOR UPDATE`,
      app,
      key,
    )
    if (row) return row
    await sql.run(
      `INSERT INTO wxa_codes (app, key, state, asked_ms) VALUES ($1, $2, ${codeState.idle}, $3)
       ON CONFLICT DO NOTHING`,
      app,
      key,
      nowMs,
    )
  }
}

/** Whoever holds the lease by now: there is an image, and no second one is wanted. */
export async function keepCode(sql: Sql, input: KeepCode): Promise<number> {
  const { appId, key, image, nowMs } = input
  const app = await internApp(sql, appId)
  const made = await sql.get<{ code: number }>(
    `UPDATE wxa_codes SET state = ${codeState.made}, request = NULL, holder = NULL, due = NULL, maybe_made = true,
       content_type = $3, made_ms = $4
     WHERE app = $1 AND key = $2 AND state <> ${codeState.made} RETURNING code`,
    app,
    key,
    image.contentType,
    nowMs,
  )
  if (made) {
    const text = 'INSERT INTO wxa_code_images (code, bytes) VALUES ($1, $2)'
    await sql.run(text, made.code, image.bytes)
  }
  if (input.counts) await setExhausted(sql, app, false)
  return countLasting(sql, app, 0)
}

export async function dropCode(sql: Sql, input: DropCode): Promise<void> {
  const { appId, key, holder, again } = input
  const shown = input.was === 'outcome_unknown'
  const app = await internApp(sql, appId)
  const row = await sql.get<{
    code: number
    state: number
    scene: string | null
    shown: boolean
  }>(
    `UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = maybe_made OR $3,
       state = CASE WHEN $4 AND request IS NOT NULL THEN ${codeState.waiting} ELSE ${codeState.idle} END,
       request = CASE WHEN $4 THEN request END
     WHERE app = $1 AND key = $2 AND state = ${codeState.making} AND holder = $5
     RETURNING code, state, scene, maybe_made AS shown`,
    app,
    key,
    shown,
    again,
    holder,
  )
  if (!row) return
  if (input.counts && !shown) await countLasting(sql, app, -1)
  if (input.exhausted) await setExhausted(sql, app, true)
  if (row.state !== codeState.idle || row.shown) return
  // WeChat never made anything of it: no trace is needed, and bad requests must not fill the database.
  await sql.run('DELETE FROM wxa_codes WHERE code = $1', row.code)
  if (row.scene !== null) await dropScene(sql, app, row.scene)
}
