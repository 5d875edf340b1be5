/** Deliveries of changes to webhooks: queued, claimed, settled, listed and queued again. */
import type { WebhookEventType } from '../../../shared/codes.ts'
import { webhookRules } from '../../rules/webhooks.ts'
import { changeTypeCode, channelCode, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  ClaimDelivery,
  ClaimedDelivery,
  DeliveryRow,
  FindDeliveries,
  QueueCounts,
  ReplayDeliveries,
  SettleDelivery,
} from '../store.ts'
import { addOpenIds } from './open-ids.ts'
import { selectChanges, toChange, type ChangeColumns } from './changes.ts'
import { cutPage, readCursor } from './pages.ts'
import { disableWebhook, enableWebhook, readWebhook, toWebhook } from './webhooks.ts'
import type { WebhookColumns } from './webhooks.ts'

/** As in rows. The condition of the index webhook_deliveries_dead. */
const deliveryState = { waiting: 0, delivered: 1, dead: 2 } as const
const stateWords = ['waiting', 'delivered', 'dead'] as const

const isBehind = `disabled_ms IS NULL
  AND position < (SELECT max(n) FROM changes WHERE changes.app = webhooks.app)`

/** Whether `queueDeliveries` has anything to do. */
export function* isAnyBehind(sql: Sql): Operation<boolean> {
  return (yield* sql.get(`SELECT 1 FROM webhooks WHERE ${isBehind} LIMIT 1`)) !== undefined
}

/** One step, for each webhook. Returns how many changes it has looked at. */
export function* queueDeliveries(sql: Sql): Operation<number> {
  const behind = yield* sql.all<Pick<WebhookColumns, 'webhook' | 'app' | 'types' | 'position'>>(
    `SELECT webhook, app, types, position FROM webhooks WHERE ${isBehind}
     ORDER BY webhook ${sql.dialect.skipLocked}`,
  )
  let looked = 0
  for (const { webhook, app, types, position } of behind) {
    const next = yield* sql.get<{ to: number | null; count: number }>(
      `SELECT max(n) AS "to", count(*) AS count FROM (
         SELECT n FROM changes WHERE app = $1 AND n > $2
         ORDER BY n LIMIT ${webhookRules.perStep}) AS next`,
      app,
      position,
    )
    if (next!.to === null) continue
    yield* sql.run(
      `INSERT INTO webhook_deliveries (webhook, n, due)
       SELECT CAST($1 AS bigint), n, $now FROM changes
       WHERE app = $2 AND n > $3 AND n <= $4 AND (CAST($5 AS int) & (1 << type)) <> 0
       ON CONFLICT DO NOTHING`,
      webhook,
      app,
      position,
      next!.to,
      types,
    )
    yield* sql.run('UPDATE webhooks SET position = $2 WHERE webhook = $1', webhook, next!.to)
    looked += next!.count
  }
  return looked
}

export const findDueWebhooks = (sql: Sql, most: number) =>
  sql.all<{ id: string; due: number }>(
    `SELECT id, due FROM (
       SELECT id, (SELECT count(*) FROM (
         SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.webhook AND d.due <= $now
         LIMIT $1) AS waiting) AS due
       FROM webhooks w WHERE disabled_ms IS NULL) AS all_of_them
     WHERE due > 0`,
    most,
  )

export function* claimDelivery(
  sql: Sql,
  { id, leaseMs }: ClaimDelivery,
): Operation<ClaimedDelivery | undefined> {
  const webhook = yield* readWebhook(sql, { id })
  if (!webhook) return undefined
  for (;;) {
    const due = yield* sql.get<{ n: number }>(
      `SELECT n FROM webhook_deliveries WHERE webhook = $1 AND due <= $now
       ORDER BY due LIMIT 1 ${sql.dialect.skipLocked}`,
      webhook.webhook,
    )
    if (!due) return undefined
    const found = yield* sql.all<ChangeColumns>(`${selectChanges(sql)} WHERE c.n = $1`, due.n)
    const [change] = yield* addOpenIds(sql, found)
    if (!change) {
      const text = 'DELETE FROM webhook_deliveries WHERE webhook = $1 AND n = $2'
      yield* sql.run(text, webhook.webhook, due.n)
      continue
    }
    const claimed = yield* sql.get<{ attempts: number }>(
      `UPDATE webhook_deliveries SET attempts = attempts + 1, due = $now + $3
       WHERE webhook = $1 AND n = $2 RETURNING attempts`,
      webhook.webhook,
      due.n,
      Math.ceil(leaseMs),
    )
    const about = yield* findAbout(sql, change)
    const { attempts } = claimed!
    const to = { webhook: toWebhook(webhook), change: toChange(change), attempts }
    return { ...to, ...(about && { about }) }
  }
}

/** What no change tells, since it stays the same. */
function* findAbout(
  sql: Sql,
  { type, user, subject }: ChangeColumns,
): Operation<ClaimedDelivery['about']> {
  if (type !== changeTypeCode.of('message.settled')) return undefined
  const row = yield* sql.get<{ channel: number; templateId: string | null }>(
    'SELECT channel, template_id AS "templateId" FROM messages WHERE usr = $1 AND id = $2',
    user,
    subject,
  )
  if (!row) return undefined
  const { channel, templateId } = row
  return { channel: channelCode.word(channel), ...(templateId !== null && { templateId }) }
}

export function* settleDelivery(
  sql: Sql,
  { id, position, attempts, nowMs, status, failed }: SettleDelivery,
): Operation<'settled' | 'disabled' | 'late'> {
  const webhook = yield* readWebhook(sql, { id }, failed !== undefined)
  if (!webhook) return 'late'
  const state = !failed ? 'delivered' : failed.retryInMs === undefined ? 'dead' : 'waiting'
  const settled = yield* sql.run(
    `UPDATE webhook_deliveries SET state = CAST($4 AS smallint),
       due = CASE WHEN CAST($4 AS smallint) = ${deliveryState.waiting}
         THEN $now + CAST($5 AS bigint) END,
       status = $6, failure = $7, tried_ms = $8
     WHERE webhook = $1 AND n = $2 AND attempts = $3 AND due IS NOT NULL`,
    webhook.webhook,
    position,
    attempts,
    deliveryState[state],
    Math.ceil(failed?.retryInMs ?? 0),
    status ?? null,
    failed?.failure ?? null,
    nowMs,
  )
  if (settled === 0) return 'late'
  const { failingSinceMs, webhook: number } = webhook
  if (!failed) {
    if (failingSinceMs === null) return 'settled'
    const text = 'UPDATE webhooks SET failing_since_ms = NULL, failure = NULL WHERE webhook = $1'
    yield* sql.run(text, number)
    return 'settled'
  }
  yield* sql.run(
    `UPDATE webhooks SET failing_since_ms = coalesce(failing_since_ms, $2), failure = $3
     WHERE webhook = $1`,
    number,
    nowMs,
    failed.failure,
  )
  if ((failingSinceMs ?? nowMs) > failed.disableIfSinceMs) return 'settled'
  yield* disableWebhook(sql, webhook, nowMs)
  return 'disabled'
}

/** By the two partial indexes: the counts cost as much as what they count. */
export const countDeliveries = (sql: Sql, appId: string) =>
  sql.all<QueueCounts>(
    `SELECT id,
       (SELECT count(*) FROM (
         SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.webhook AND d.due IS NOT NULL
         LIMIT $2) AS queued) AS waiting,
       (SELECT count(*) FROM (
         SELECT 1 FROM webhook_deliveries d WHERE d.webhook = w.webhook AND d.state = 2
         LIMIT $2) AS letters) AS dead
     FROM webhooks w WHERE app = (SELECT app FROM apps WHERE app_id = $1)`,
    appId,
    webhookRules.mostCounted,
  )

interface DeliveryColumns {
  position: number
  type: number
  atMs: number
  state: number
  attempts: number
  triedAtMs: number | null
  status: number | null
  failure: string | null
}

export function* findDeliveries(
  sql: Sql,
  { appId, id, state, limit, cursor }: FindDeliveries,
): Operation<{ deliveries: DeliveryRow[]; cursor?: string }> {
  const webhook = yield* readWebhook(sql, { appId, id })
  if (!webhook) return { deliveries: [] }
  const [before] = readCursor(cursor, [Number.MAX_SAFE_INTEGER])
  const ofState = state === undefined ? '' : `AND d.state = ${deliveryState[state]}`
  const rows = yield* sql.all<DeliveryColumns>(
    `SELECT d.n AS position, c.type, c.at_ms AS "atMs", d.state, d.attempts,
       d.tried_ms AS "triedAtMs", d.status, d.failure
     FROM webhook_deliveries d JOIN changes c ON c.n = d.n
     WHERE d.webhook = $1 AND d.n < $2 ${ofState} ORDER BY d.n DESC LIMIT $3`,
    webhook.webhook,
    before,
    limit + 1,
  )
  const { onPage, next } = cutPage(rows, limit, ({ position }) => [position])
  const deliveries = onPage.map(
    (row) =>
      ({
        ...withoutNulls(row),
        type: changeTypeCode.word(row.type) as WebhookEventType,
        state: stateWords[row.state],
      }) as DeliveryRow,
  )
  return { deliveries, ...next }
}

export interface ReplayStep extends ReplayDeliveries {
  /** The position behind which the span is looked through. */
  after: number
}

/** `next`: the position to go on from. */
export interface Replayed {
  queued: number
  next?: number
}

export function* replayStep(sql: Sql, step: ReplayStep): Operation<Replayed> {
  const webhook = yield* readWebhook(sql, step, true)
  if (!webhook) return { queued: 0 }
  const { webhook: number, app, types, position } = webhook
  if (webhook.disabledAtMs !== null) yield* enableWebhook(sql, webhook, step.nowMs)
  if (!step.span) {
    const queued = yield* sql.run(
      `UPDATE webhook_deliveries SET state = ${deliveryState.waiting}, attempts = 0, due = $now
       WHERE webhook = $1 AND n IN (
         SELECT n FROM webhook_deliveries WHERE webhook = $1 AND state = 2
         ORDER BY n LIMIT ${webhookRules.perStep}) AND state = 2`,
      number,
    )
    return { queued, ...(queued > 0 && { next: 0 }) }
  }
  const { sinceMs, untilMs } = step.span
  // What lies behind the position is queued in its turn.
  const row = yield* sql.get<{ to: number | null }>(
    `SELECT max(n) AS "to" FROM (
       SELECT n FROM changes WHERE app = $1 AND n > $2 AND n <= $3
       ORDER BY n LIMIT ${webhookRules.perStep}) AS next`,
    app,
    step.after,
    position,
  )
  if (row!.to === null) return { queued: 0 }
  const queued = yield* sql.run(
    `INSERT INTO webhook_deliveries (webhook, n, due)
     SELECT CAST($1 AS bigint), n, $now FROM changes
     WHERE app = $2 AND n > $3 AND n <= $4 AND (CAST($5 AS int) & (1 << type)) <> 0
       AND at_ms >= $6 AND at_ms < $7
     ON CONFLICT (webhook, n) DO UPDATE SET state = ${deliveryState.waiting}, attempts = 0,
       due = excluded.due`,
    number,
    app,
    step.after,
    row!.to,
    types,
    sinceMs,
    untilMs,
  )
  return { queued, next: row!.to }
}

/** Deletes what is left of a webhook that was deleted, in one step. */
export const dropDeliveries = (sql: Sql, webhook: number) =>
  sql.run(
    `DELETE FROM webhook_deliveries WHERE webhook = $1 AND n IN (
       SELECT n FROM webhook_deliveries WHERE webhook = $1 LIMIT ${webhookRules.perStep})`,
    webhook,
  )

/** Of webhooks whose deletion was interrupted. */
export const sweepDeliveries = (sql: Sql) =>
  sql.run('DELETE FROM webhook_deliveries WHERE webhook NOT IN (SELECT webhook FROM webhooks)')
