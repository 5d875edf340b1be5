/** Outgoing webhooks: which there are, and which changes they make their app write. */
import type { WebhookEventType } from '../../../shared/codes.ts'
import { webhookEventTypes } from '../../../shared/codes.ts'
import { creditEndingRules } from '../../rules/webhooks.ts'
import { asBuffer, changeMask, changeTypeCode, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { AddWebhook, WebhookRow } from '../store.ts'
import { lastPosition, watchTypes } from './changes.ts'
import { findApp, internApp } from './users.ts'

export function* addWebhook(sql: Sql, input: AddWebhook): Operation<boolean> {
  const app = yield* internApp(sql, input.appId)
  const position = yield* lastPosition(sql)
  yield* lockApp(sql, app)
  if (input.events.includes('credit.ending')) yield* beginEndings(sql, input.createdAtMs)
  const added = yield* sql.run(
    `INSERT INTO webhooks (id, app, url, types, sealed, created_ms, position)
     SELECT $1, CAST($2 AS int), $3, CAST($4 AS int), $5, CAST($6 AS bigint), CAST($7 AS bigint)
     WHERE (SELECT count(*) FROM webhooks WHERE app = $2) < $8`,
    input.id,
    app,
    input.url,
    changeMask(input.events),
    input.sealed,
    input.createdAtMs,
    position,
    input.most,
  )
  yield* watchTypes(sql, app)
  return added === 1
}

/** Of two transactions that change the webhooks of an app, the second sees what the first did. */
const lockApp = (sql: Sql, app: number) =>
  sql.get(`SELECT 1 FROM apps WHERE app = $1 ${sql.dialect.forUpdate}`, app)

/** Credits that end within the time are not told of by a walk that begins now. */
function* beginEndings(sql: Sql, nowMs: number): Operation<void> {
  const told = yield* sql.get(
    `SELECT 1 FROM webhooks WHERE disabled_ms IS NULL
       AND (types & ${1 << changeTypeCode.of('credit.ending')}) <> 0 LIMIT 1`,
  )
  if (told) return
  yield* sql.run(
    `INSERT INTO credit_endings (walk, next_usr, told_ms, target_ms) VALUES (1, NULL, $1, $1)
     ON CONFLICT (walk) DO UPDATE SET next_usr = NULL, told_ms = excluded.told_ms,
       target_ms = excluded.target_ms`,
    nowMs + creditEndingRules.leadMs,
  )
}

export interface WebhookColumns {
  webhook: number
  app: number
  appId: string
  id: string
  url: string
  types: number
  sealed: Uint8Array
  position: number
  createdAtMs: number
  failingSinceMs: number | null
  disabledAtMs: number | null
  failure: string | null
}

const selectWebhooks = `
  SELECT webhook, w.app, app_id AS "appId", id, url, types, sealed, position,
    created_ms AS "createdAtMs", failing_since_ms AS "failingSinceMs",
    disabled_ms AS "disabledAtMs", failure
  FROM webhooks w JOIN apps a ON a.app = w.app`

export function toWebhook(columns: WebhookColumns): WebhookRow {
  const { webhook: _, app: __, position: ___, types, sealed, ...row } = columns
  return {
    ...(withoutNulls(row) as Omit<WebhookRow, 'events' | 'sealed'>),
    events: eventsOf(types),
    sealed: asBuffer(sealed),
  }
}

const eventsOf = (types: number): WebhookEventType[] =>
  webhookEventTypes.filter((type) => (types & changeMask([type])) !== 0)

export function* listWebhooks(sql: Sql, appId?: string): Operation<WebhookRow[]> {
  const order = 'ORDER BY webhook'
  const rows =
    appId === undefined
      ? yield* sql.all<WebhookColumns>(`${selectWebhooks} ${order}`)
      : yield* sql.all<WebhookColumns>(`${selectWebhooks} WHERE app_id = $1 ${order}`, appId)
  return rows.map(toWebhook)
}

/** @param lock the row is about to be changed */
export function* readWebhook(
  sql: Sql,
  { appId, id }: { appId?: string; id: string },
  lock = false,
): Operation<WebhookColumns | undefined> {
  if (lock) yield* sql.get(`SELECT 1 FROM webhooks WHERE id = $1 ${sql.dialect.forUpdate}`, id)
  const found = yield* sql.get<WebhookColumns>(`${selectWebhooks} WHERE id = $1`, id)
  return found && (appId === undefined || found.appId === appId) ? found : undefined
}

export function* findWebhook(
  sql: Sql,
  at: { appId: string; id: string },
): Operation<WebhookRow | undefined> {
  const found = yield* readWebhook(sql, at)
  return found && toWebhook(found)
}

/** Returns its number, under which deliveries are left. */
export function* deleteWebhook(
  sql: Sql,
  at: { appId: string; id: string },
): Operation<number | undefined> {
  const app = yield* findApp(sql, at.appId)
  if (app === undefined) return undefined
  yield* lockApp(sql, app)
  const row = yield* sql.get<{ webhook: number }>(
    'DELETE FROM webhooks WHERE id = $1 AND app = $2 RETURNING webhook',
    at.id,
    app,
  )
  yield* watchTypes(sql, app)
  return row?.webhook
}

export function* resealWebhook(
  sql: Sql,
  { id, sealed, replacement }: { id: string; sealed: Uint8Array; replacement: Uint8Array },
): Operation<void> {
  const text = 'UPDATE webhooks SET sealed = $3 WHERE id = $1 AND sealed = $2'
  yield* sql.run(text, id, sealed, replacement)
}

/** Nothing is queued for it any more, and what waits is a dead letter. */
export function* disableWebhook(sql: Sql, webhook: WebhookColumns, nowMs: number): Operation<void> {
  yield* lockApp(sql, webhook.app)
  yield* sql.run('UPDATE webhooks SET disabled_ms = $2 WHERE webhook = $1', webhook.webhook, nowMs)
  yield* sql.run(
    'UPDATE webhook_deliveries SET due = NULL, state = 2 WHERE webhook = $1 AND due IS NOT NULL',
    webhook.webhook,
  )
  yield* watchTypes(sql, webhook.app)
}

/** What happened meanwhile is not told. */
export function* enableWebhook(sql: Sql, webhook: WebhookColumns, nowMs: number): Operation<void> {
  const position = yield* lastPosition(sql)
  yield* lockApp(sql, webhook.app)
  if (eventsOf(webhook.types).includes('credit.ending')) yield* beginEndings(sql, nowMs)
  yield* sql.run(
    `UPDATE webhooks SET disabled_ms = NULL, failing_since_ms = NULL, failure = NULL, position = $2
     WHERE webhook = $1`,
    webhook.webhook,
    position,
  )
  yield* watchTypes(sql, webhook.app)
}
