import Type from 'typebox'
import { webhookEventTypes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { webhookRules } from '../../rules/webhooks.ts'
import { count, like, listQuery, requestedTime, strict, text, time } from './schema.ts'

const eventType = Type.Enum([...webhookEventTypes])
const events = Type.Array(eventType, { minItems: 1, uniqueItems: true })
const state = Type.Enum(['waiting', 'delivered', 'dead'])

export const webhookRequest = like<wire.WebhookRequest>()(
  Type.Object({ url: text(webhookRules.maxUrl), events: Type.Optional(events) }, strict),
)

const webhook = {
  id: Type.String(),
  url: Type.String(),
  events,
  createdAt: time,
  state: Type.Enum(['enabled', 'failing', 'disabled']),
  failingSince: Type.Optional(time),
  disabledAt: Type.Optional(time),
  failure: Type.Optional(Type.String()),
}

const withQueue = { ...webhook, waiting: count, dead: count }

export const createdWebhookReply = like<wire.CreatedWebhookReply>()(
  Type.Object({ ...webhook, secret: Type.String() }),
)

export const webhooksReply = like<wire.WebhooksReply>()(
  Type.Object({ webhooks: Type.Array(Type.Object(withQueue)) }),
)

export const webhookQuery = Type.Object({ state: Type.Optional(state), ...listQuery }, strict)

export const webhookWithDeliveries = like<wire.WebhookWithDeliveries>()(
  Type.Object({
    ...withQueue,
    deliveries: Type.Array(
      Type.Object({
        id: Type.String(),
        type: eventType,
        at: time,
        state,
        attempts: count,
        triedAt: Type.Optional(time),
        status: Type.Optional(Type.Integer()),
        failure: Type.Optional(Type.String()),
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)

export const replayRequest = like<wire.ReplayRequest>()(
  Type.Object({ since: Type.Optional(requestedTime), until: Type.Optional(requestedTime) }, strict),
)

export const replayReply = like<wire.ReplayReply>()(Type.Object({ queued: count }))
