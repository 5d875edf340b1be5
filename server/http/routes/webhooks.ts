/** Outgoing webhooks: where your backend is told what happens. */
import { webhookEventTypes } from '../../../shared/codes.ts'
import type { WebhookDelivery, WebhookReply, WebhookWithQueue } from '../../../shared/wire/index.ts'
import { changeRules } from '../../rules/changes.ts'
import { listPages } from '../../rules/requests.ts'
import { day } from '../../rules/time.ts'
import { webhookRules } from '../../rules/webhooks.ts'
import { iso } from '../../runtime/world.ts'
import type { DeliveryRow, QueueCounts, WebhookRow } from '../../store/store.ts'
import { eventIdOf } from '../../webhooks/payload.ts'
import { isPublicAddress, literalAddress } from '../../webhooks/public-address.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/webhooks.ts'
import type { Services } from '../services.ts'

const noStore = { 'Cache-Control': 'no-store' }
const keptDays = changeRules.keptMs / day

export const postWebhook = operatorRoute(
  'POST /v1/webhooks',
  'webhooks',
  {
    summary: 'Make a webhook, which is told what happens from now on',
    audit: 'each',
    body: bodyOf(schemas.webhookRequest),
    replies: {
      201: {
        description: 'The webhook. This reply alone has its secret.',
        schema: schemas.createdWebhookReply,
      },
    },
  },
  async ({ body, app }, { webhooks }) => {
    checkUrl(body.url, webhooks.settings)
    const { appId } = app
    const made = await webhooks.make({ events: webhookEventTypes, ...body, appId })
    if (!made) {
      const detail = `There are ${webhookRules.most} webhooks for this app already: delete some.`
      throw new ProblemError(409, 'too_many_webhooks', detail)
    }
    return {
      status: 201,
      headers: noStore,
      body: { ...replyOf(made.webhook), secret: made.secret },
      concerns: { object: made.webhook.id },
    }
  },
)

export const getWebhooks = operatorRoute(
  'GET /v1/webhooks',
  'webhooks',
  {
    summary: 'The webhooks of an app, without their secrets',
    audit: 'byMinute',
    replies: { 200: { description: 'Oldest first.', schema: schemas.webhooksReply } },
  },
  async ({ app }, { store }) => {
    const { appId } = app
    const [found, counts] = await Promise.all([
      store.listWebhooks(appId),
      store.countDeliveries(appId),
    ])
    return { status: 200, body: { webhooks: found.map((one) => withQueue(one, counts)) } }
  },
)

export const getWebhook = operatorRoute(
  'GET /v1/webhooks/:id',
  'webhooks',
  {
    summary: 'A webhook and its deliveries, dead letters among them',
    audit: 'byMinute',
    query: queryOf(schemas.webhookQuery),
    replies: {
      200: {
        description: `Deliveries of the last ${keptDays} days, newest first.`,
        schema: schemas.webhookWithDeliveries,
      },
    },
  },
  async ({ params, query, app: { appId } }, { store }) => {
    const { id = '' } = params
    const webhook = await store.findWebhook(appId, id)
    if (!webhook) throw notFound()
    const page = { ...query, limit: query.limit ?? listPages.defaultLimit }
    const [{ deliveries, ...next }, counts] = await Promise.all([
      store.findDeliveries({ ...page, appId, id }),
      store.countDeliveries(appId),
    ])
    const body = { ...withQueue(webhook, counts), deliveries: deliveries.map(deliveryOf), ...next }
    return { status: 200, body }
  },
)

export const deleteWebhook = operatorRoute(
  'DELETE /v1/webhooks/:id',
  'webhooks',
  {
    summary: 'Delete a webhook',
    audit: 'each',
    replies: { 204: { description: 'It is told nothing more. A try under way may still arrive.' } },
  },
  async ({ params, app }, { store }) => {
    const { id = '' } = params
    if (!(await store.deleteWebhook(app.appId, id))) throw notFound()
    return { status: 204, concerns: { object: id } }
  },
)

export const postReplay = operatorRoute(
  'POST /v1/webhooks/:id/replay',
  'webhooks',
  {
    summary: 'Send dead letters again, or all events of a span of time',
    audit: 'each',
    body: bodyOf(schemas.replayRequest),
    replies: {
      200: {
        description:
          'How many events are sent again, under the ids that they had. A webhook that was ' +
          'disabled is enabled; what happened meanwhile it is not told.',
        schema: schemas.replayReply,
      },
    },
  },
  async ({ params, body, app: { appId } }, { store, world }) => {
    const { id = '' } = params
    if (!(await store.findWebhook(appId, id))) throw notFound()
    const nowMs = world.clock.now()
    const span = spanOf(body, nowMs)
    const queued = await store.replayDeliveries({ appId, id, nowMs, ...(span && { span }) })
    return { status: 200, body: { queued }, concerns: { object: id } }
  },
)

const notFound = () => new ProblemError(404, 'not_found', 'This app has no webhook of that id.')

function spanOf({ since, until }: { since?: string; until?: string }, nowMs: number) {
  if (since === undefined) {
    if (until !== undefined) throw badField('/until', 'is only for a replay with since')
    return undefined
  }
  const sinceMs = Date.parse(since)
  const untilMs = until === undefined ? nowMs + 1 : Date.parse(until)
  if (untilMs <= sinceMs) throw badField('/until', 'must be after since')
  return { sinceMs, untilMs }
}

/** A name is looked up at each delivery: here it is not known yet where it will lead. */
function checkUrl(given: string, settings: Services['webhooks']['settings']): void {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw badField('/url', 'must be an https:// address')
  if (url.protocol === 'http:' && !settings.allowHttp) {
    throw badField('/url', 'must begin with https:// (REACH_WEBHOOK_ALLOW_HTTP allows http)')
  }
  if (url.username || url.password) throw badField('/url', 'must not hold a user or a password')
  const address = literalAddress(url)
  const isPrivate =
    (address !== undefined && !isPublicAddress(address)) || /(^|\.)localhost\.?$/.test(url.hostname)
  if (isPrivate && !settings.allowPrivate) {
    const message = 'must be public (REACH_WEBHOOK_ALLOW_PRIVATE allows private addresses)'
    throw badField('/url', message)
  }
}

function badField(path: string, message: string): ProblemError {
  const errors = [{ path, message }]
  return new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', { errors })
}

function replyOf(webhook: WebhookRow): WebhookReply {
  const { id, url, events, createdAtMs, failingSinceMs, disabledAtMs, failure } = webhook
  const isFailing = failingSinceMs !== undefined
  return {
    id,
    url,
    events: [...events],
    createdAt: iso(createdAtMs),
    state: disabledAtMs !== undefined ? 'disabled' : isFailing ? 'failing' : 'enabled',
    ...(isFailing && { failingSince: iso(failingSinceMs) }),
    ...(disabledAtMs !== undefined && { disabledAt: iso(disabledAtMs) }),
    ...(failure !== undefined && { failure }),
  }
}

function withQueue(webhook: WebhookRow, counts: readonly QueueCounts[]): WebhookWithQueue {
  const { waiting = 0, dead = 0 } = counts.find(({ id }) => id === webhook.id) ?? {}
  return { ...replyOf(webhook), waiting, dead }
}

const deliveryOf = ({ position, atMs, triedAtMs, ...row }: DeliveryRow): WebhookDelivery => ({
  id: eventIdOf({ position, atMs }),
  at: iso(atMs),
  ...row,
  ...(triedAtMs !== undefined && { triedAt: iso(triedAtMs) }),
})
