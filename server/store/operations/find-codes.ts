/** Pages of codes, and the image of one. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import { listPages } from '../../rules/requests.ts'
import type { CodeRow, ListedCodeRow } from '../code-store.ts'
import type { Page } from '../event-store.ts'
import { asBuffer, codeState, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findApp } from './users.ts'

interface CodeColumns {
  id: number
  state: number
  described: string | null
  askedMs: number
  madeMs: number | null
  contentType: string | null
  scene: string | null
  payload: string | null
  shareId: string | null
}

const ofScene = (column: string) =>
  `(SELECT ${column} FROM scenes WHERE scenes.app = few.app AND scenes.scene = few.scene)`

/** Codes of other apps are passed over: an index by app would cost each code. */
export function* findCodes(
  sql: Sql,
  { appId, page }: { appId: string; page: Page },
): Operation<{ codes: ListedCodeRow[]; cursor?: string }> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return { codes: [] }
  const [before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER])
  const rows = yield* sql.all<CodeColumns>(
    `SELECT code AS id, state, described, asked_ms AS "askedMs", made_ms AS "madeMs",
       content_type AS "contentType", scene,
       ${ofScene('payload')} AS payload, ${ofScene('share_id')} AS "shareId"
     FROM (SELECT * FROM (SELECT * FROM wxa_codes WHERE code < $1 ORDER BY code DESC
                          LIMIT ${listPages.searched}) AS near
           WHERE app = $2 ORDER BY code DESC LIMIT $3) AS few
     ORDER BY code DESC`,
    before,
    app,
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ id }) => [id])
  const listed = onPage.map(toListed)
  const opens = yield* countOpens(sql, app, listed)
  const codes = listed.map((code) => {
    const count = code.shareId === undefined ? undefined : opens.get(code.shareId)
    return { ...code, ...(count !== undefined && { opens: count }) }
  })
  if (next.cursor !== undefined) return { codes, ...next }
  const last = yield* sql.get<{ code: number }>(
    `SELECT code FROM wxa_codes WHERE code < $1 ORDER BY code DESC
     LIMIT 1 OFFSET ${listPages.searched - 1}`,
    before,
  )
  return { codes, ...(last && { cursor: writeCursor([last.code]) }) }
}

const stateWords = new Map<number, ListedCodeRow['state']>([
  [codeState.waiting, 'queued'],
  [codeState.making, 'making'],
  [codeState.idle, 'unknown'],
  [codeState.made, 'made'],
])

function toListed({ state, described, ...row }: CodeColumns): ListedCodeRow {
  const { id, askedMs, shareId: ofItsScene, ...optional } = row
  const request = described === null ? undefined : (JSON.parse(described) as CodeRequest)
  const shareId = ofItsScene ?? request?.shareId
  return {
    id,
    state: stateWords.get(state)!,
    askedMs,
    ...withoutNulls(optional),
    ...(request && { request }),
    ...(shareId !== undefined && { shareId }),
  }
}

function* countOpens(
  sql: Sql,
  app: number,
  codes: readonly ListedCodeRow[],
): Operation<Map<string, number>> {
  const shareIds = codes.flatMap(({ shareId }) => shareId ?? [])
  if (shareIds.length === 0) return new Map()
  const rows = yield* sql.all<{ shareId: string; opens: number }>(
    `SELECT share_id AS "shareId",
       (SELECT count(*) FROM arrivals WHERE arrivals.share = shares.share) AS opens
     FROM shares WHERE app = $1 AND share_id ${sql.dialect.anyOf('$2', 'text')}`,
    app,
    shareIds,
  )
  return new Map(rows.map(({ shareId, opens }) => [shareId, opens]))
}

export function* findCodeImage(
  sql: Sql,
  { appId, id }: { appId: string; id: number },
): Operation<CodeRow | undefined> {
  const row = yield* sql.get<{ bytes: Uint8Array; contentType: string; scene: string | null }>(
    `SELECT bytes, content_type AS "contentType", scene
     FROM wxa_codes JOIN apps USING (app) JOIN wxa_code_images USING (code)
     WHERE code = $1 AND app_id = $2`,
    id,
    appId,
  )
  if (!row) return undefined
  const { bytes, contentType, scene } = row
  return { bytes: asBuffer(bytes), contentType, ...(scene !== null && { scene }) }
}
