/** Codes that WeChat makes (小程序码), and the payloads behind their scenes. */
import type { CodeRequest } from '../../../shared/wire/index.ts'
import { sweepRules } from '../../rules/database.ts'
import { hour } from '../../rules/time.ts'
import { dayOf } from '../../runtime/world.ts'
import type {
  CodeBudget,
  CodeCounts,
  CodeRow,
  DropCode,
  KeepCode,
  OpenCode,
  OpenedCode,
  QueueCode,
  QueuedCode,
  SceneRow,
} from '../code-store.ts'
import { codeState, asBuffer, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import { internApp } from './users.ts'

const { waiting, making, idle, made } = codeState
/** As in the condition of the index `wxa_codes_under_way`. */
const isUnfinished = `state < ${idle}`

export function* findCode(
  sql: Sql,
  appId: string,
  key: Uint8Array,
): Operation<CodeRow | undefined> {
  const row = yield* sql.get<{ bytes: Uint8Array; contentType: string; scene: string | null }>(
    `SELECT bytes, content_type AS "contentType", scene
     FROM wxa_codes JOIN apps USING (app) JOIN wxa_code_images USING (code)
     WHERE app_id = $1 AND key = $2`,
    appId,
    key,
  )
  if (!row) return undefined
  const { bytes, contentType, scene } = row
  return { bytes: asBuffer(bytes), contentType, ...(scene !== null && { scene }) }
}

export function* openCode(sql: Sql, input: OpenCode): Operation<OpenedCode> {
  const { appId, key, holder, nowMs } = input
  const app = yield* internApp(sql, appId)
  const row = yield* lockCode(sql, app, key, nowMs)
  if (row.state === made) return { was: 'made' }
  const isMaking = row.state === making
  // A holder never loses a lease to itself: it may have lost the reply to its last write.
  if (isMaking && row.holder !== holder && row.isLeased) return { was: 'in_progress' }
  if (input.budget && !row.isQueued && !(yield* spend(sql, app, input.budget))) {
    yield* deleteUnmade(sql, row.code)
    return { was: 'over_budget' }
  }
  const scene = row.scene ?? (input.scene ? yield* insertScene(sql, app, input.scene, nowMs) : null)
  yield* sql.run(
    `UPDATE wxa_codes SET state = ${making}, scene = $2, holder = $3,
       due = $now + CAST($4 AS bigint), maybe_made = (maybe_made OR $5),
       described = coalesce(described, $6)
     WHERE code = $1`,
    row.code,
    scene,
    holder,
    input.leaseMs,
    isMaking,
    input.request ? describe(input.request) : null,
  )
  if (input.counts) yield* countLasting(sql, app, 1)
  return { was: 'opened', ...(scene !== null && { scene }) }
}

const describe = (request: CodeRequest): string =>
  JSON.stringify({ ...request, payload: undefined })

interface LockedCode {
  code: number
  state: number
  scene: string | null
  holder: string | null
  isLeased: boolean | number
  isQueued: boolean | number
}

/** The row of a request, inserted where there is none. No other transaction can change it. */
function* lockCode(sql: Sql, app: number, key: Uint8Array, nowMs: number): Operation<LockedCode> {
  for (;;) {
    const row = yield* sql.get<LockedCode>(
      `SELECT code, state, scene, holder, coalesce(due > $now, false) AS "isLeased",
              request IS NOT NULL AS "isQueued"
       FROM wxa_codes WHERE app = $1 AND key = $2 ${sql.dialect.forUpdate}`,
      app,
      key,
    )
    if (row) return row
    yield* sql.run(
      `INSERT INTO wxa_codes (app, key, state, asked_ms) VALUES ($1, $2, ${idle}, $3)
       ON CONFLICT DO NOTHING`,
      app,
      key,
      nowMs,
    )
  }
}

/** Keeps the image also after the lease went to another holder: one image is enough. */
export function* keepCode(sql: Sql, input: KeepCode): Operation<number> {
  const { appId, key, image, nowMs } = input
  const app = yield* internApp(sql, appId)
  const row = yield* sql.get<{ code: number }>(
    `UPDATE wxa_codes SET state = ${made}, request = NULL, holder = NULL, due = NULL,
       maybe_made = true, content_type = $3, made_ms = $4
     WHERE app = $1 AND key = $2 AND state <> ${made} RETURNING code`,
    app,
    key,
    image.contentType,
    nowMs,
  )
  if (row) {
    const text = 'INSERT INTO wxa_code_images (code, bytes) VALUES ($1, $2)'
    yield* sql.run(text, row.code, image.bytes)
  }
  if (input.counts) yield* setExhausted(sql, app, false)
  return yield* countLasting(sql, app, 0)
}

export function* dropCode(sql: Sql, input: DropCode): Operation<void> {
  const { appId, key, holder, again } = input
  const maybeMade = input.was === 'outcome_unknown'
  const app = yield* internApp(sql, appId)
  const row = yield* sql.get<DroppedCode>(
    `UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = (maybe_made OR $3),
       state = CASE WHEN $4 AND request IS NOT NULL THEN ${waiting} ELSE ${idle} END,
       request = CASE WHEN $4 THEN request END
     WHERE app = $1 AND key = $2 AND state = ${making} AND holder = $5
     RETURNING code, state, scene, maybe_made AS "maybeMade"`,
    app,
    key,
    maybeMade,
    again,
    holder,
  )
  if (!row) return
  if (input.counts && !maybeMade) yield* countLasting(sql, app, -1)
  if (input.exhausted) yield* setExhausted(sql, app, true)
  if (row.state !== idle || row.maybeMade) return
  // WeChat certainly made nothing. Bad requests must not fill the database.
  yield* deleteUnmade(sql, row.code)
  if (input.budget) yield* giveBack(sql, app, input.budget)
  if (row.scene !== null) {
    yield* sql.run('DELETE FROM scenes WHERE app = $1 AND scene = $2', app, row.scene)
  }
}

interface DroppedCode {
  code: number
  state: number
  scene: string | null
  maybeMade: boolean | number
}

const deleteUnmade = (sql: Sql, code: number) =>
  sql.run(`DELETE FROM wxa_codes WHERE code = $1 AND state = ${idle} AND NOT maybe_made`, code)

export function* queueCode(
  sql: Sql,
  { appId, key, request, budget, nowMs }: QueueCode,
): Operation<'made' | 'queued' | 'over_budget'> {
  const app = yield* internApp(sql, appId)
  if (budget) {
    const row = yield* lockCode(sql, app, key, nowMs)
    // Whoever queued it or makes it has spent it.
    if (row.state === idle && !(yield* spend(sql, app, budget))) {
      yield* deleteUnmade(sql, row.code)
      return 'over_budget'
    }
  }
  // A code that is being made stays in that state; if that fails, it waits again.
  const queued = yield* sql.run(
    `INSERT INTO wxa_codes (app, key, state, request, asked_ms, described)
     VALUES ($1, $2, ${waiting}, $3, $4, $5)
     ON CONFLICT (app, key) DO UPDATE SET request = excluded.request,
       described = excluded.described,
       state = CASE WHEN wxa_codes.state = ${making} THEN wxa_codes.state ELSE excluded.state END
     WHERE wxa_codes.state <> ${made}`,
    app,
    key,
    JSON.stringify(request),
    nowMs,
    describe(request),
  )
  return queued === 1 ? 'queued' : 'made'
}

/** Includes codes whose holder's lease ended before they were made. */
export function* findQueuedCodes(sql: Sql, appId: string, limit: number): Operation<QueuedCode[]> {
  const rows = yield* sql.all<{ key: Uint8Array; request: string }>(
    `SELECT key, request FROM wxa_codes
     WHERE app = (SELECT app FROM apps WHERE app_id = $1)
       AND ${isUnfinished} AND request IS NOT NULL
       AND (state = ${waiting} OR due <= $now) ORDER BY code LIMIT $2`,
    appId,
    limit,
  )
  return rows.map(({ key, request }) => ({
    key: asBuffer(key),
    request: JSON.parse(request) as CodeRequest,
  }))
}

/**
 * Marks codes as not made that nobody queued and whose lease ended an hour ago. Deletes the counts
 * of past days.
 */
export function* sweepCodes(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  const ended = yield* sql.run(
    `UPDATE wxa_codes SET state = ${idle}, holder = NULL, due = NULL, maybe_made = true
     WHERE ${isUnfinished} AND state = ${making} AND request IS NULL
       AND due <= $now - ${hour}`,
  )
  const keptFrom = dayOf(nowMs) - sweepRules.userDays
  return ended + (yield* sql.run('DELETE FROM wxa_code_days WHERE day < $1', keptFrom))
}

export function* countCodes(sql: Sql, appId: string): Operation<CodeCounts> {
  const row = yield* sql.get<CodeCounts & { exhausted: boolean | number }>(
    `SELECT coalesce(lasting, 0) AS lasting, coalesce(exhausted, false) AS exhausted,
            (SELECT count(*) FROM wxa_codes
             WHERE wxa_codes.app = apps.app AND ${isUnfinished} AND request IS NOT NULL) AS waiting
     FROM apps LEFT JOIN wxa_code_counts USING (app) WHERE app_id = $1`,
    appId,
  )
  if (!row) return { lasting: 0, exhausted: false, waiting: 0 }
  return { ...row, exhausted: Boolean(row.exhausted) }
}

const allKeys = ''

/** False, and nothing is spent: the key or the app has no more today. */
function* spend(sql: Sql, app: number, budget: CodeBudget): Operation<boolean> {
  const { keyId, day, mostOfKey, mostOfApp } = budget
  if (!(yield* countDay(sql, app, day, keyId, mostOfKey))) return false
  if (yield* countDay(sql, app, day, allKeys, mostOfApp)) return true
  yield* uncountDay(sql, app, day, keyId)
  return false
}

function* giveBack(sql: Sql, app: number, { keyId, day }: CodeBudget): Operation<void> {
  yield* uncountDay(sql, app, day, keyId)
  yield* uncountDay(sql, app, day, allKeys)
}

function* countDay(
  sql: Sql,
  app: number,
  day: number,
  keyId: string,
  most: number,
): Operation<boolean> {
  const counted = yield* sql.run(
    `INSERT INTO wxa_code_days AS days (app, day, key_id, count) VALUES ($1, $2, $3, 1)
     ON CONFLICT (app, day, key_id) DO UPDATE SET count = days.count + 1 WHERE days.count < $4`,
    app,
    day,
    keyId,
    most,
  )
  return counted === 1
}

const uncountDay = (sql: Sql, app: number, day: number, keyId: string) =>
  sql.run(
    `UPDATE wxa_code_days SET count = count - 1
     WHERE app = $1 AND day = $2 AND key_id = $3 AND count > 0`,
    app,
    day,
    keyId,
  )

/** Returns the new count. */
function* countLasting(sql: Sql, app: number, more: -1 | 0 | 1): Operation<number> {
  const row = yield* sql.get<{ lasting: number }>(
    `INSERT INTO wxa_code_counts AS counts (app, lasting) VALUES ($1, $2)
     ON CONFLICT (app) DO UPDATE SET lasting =
       CASE WHEN counts.lasting + $3 < 0 THEN 0 ELSE counts.lasting + $3 END
     RETURNING lasting`,
    app,
    Math.max(more, 0),
    more,
  )
  return row!.lasting
}

function* setExhausted(sql: Sql, app: number, exhausted: boolean): Operation<void> {
  yield* sql.run(
    'UPDATE wxa_code_counts SET exhausted = $2 WHERE app = $1 AND exhausted <> $2',
    app,
    exhausted,
  )
}

/** Returns the scene. Overwrites none: its 128 random bits collide only through a defect. */
function* insertScene(
  sql: Sql,
  app: number,
  { id, payload, shareId }: SceneRow & { id: string },
  nowMs: number,
): Operation<string> {
  yield* sql.run(
    'INSERT INTO scenes (app, scene, payload, share_id, made_ms) VALUES ($1, $2, $3, $4, $5)',
    app,
    id,
    payload ?? null,
    shareId ?? null,
    nowMs,
  )
  return id
}

export function* findScene(
  sql: Sql,
  appId: string,
  scene: string,
): Operation<SceneRow | undefined> {
  const row = yield* sql.get<{ payload: string | null; shareId: string | null }>(
    `SELECT payload, share_id AS "shareId" FROM scenes JOIN apps USING (app)
     WHERE app_id = $1 AND scene = $2`,
    appId,
    scene,
  )
  return row && withoutNulls(row)
}
