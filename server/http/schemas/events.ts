/** Unknown fields are ignored: phones in the field run older and newer clients than the server. */
import Type from 'typebox'
import { eventReasons, groupReasons } from '../../../shared/codes.ts'
import type { EventType } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import type { BatchEvent } from '../../events/ingest.ts'
import { isObject } from '../../runtime/encoding.ts'
import { fieldError } from './problems.ts'
import { decoder, like, templateId, text, urlSafeId } from './schema.ts'
import type { Decode } from './schema.ts'

const page = text(1024, 0)
const ticket = text(512)
const base64 = Type.String({ maxLength: 4096 })

/**
 * Without the events: each is decoded separately, so that a bad event does not reject its batch.
 */
export const eventsEnvelope = Type.Object({
  sentAt: Type.Number(),
  events: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 100 }),
})

const base = { id: urlSafeId, at: Type.Number() }

const group = like<wire.Group>()(
  Type.Union([
    Type.Object({
      source: Type.Enum(['shareInfo', 'groupEnterInfo']),
      encryptedData: base64,
      iv: Type.String({ maxLength: 64 }),
    }),
    Type.Object({ unavailable: text(256) }),
  ]),
)

const eventSchemas = {
  'form.submitted': like<wire.FormSubmitted>()(
    Type.Object({ ...base, type: Type.Literal('form.submitted'), formId: text(128), page }),
  ),
  'payment.made': like<wire.PaymentMade>()(
    Type.Object({ ...base, type: Type.Literal('payment.made'), prepayId: text(128) }),
  ),
  'subscription.answered': like<wire.SubscriptionAnswered>()(
    Type.Object({
      ...base,
      type: Type.Literal('subscription.answered'),
      answers: Type.Record(templateId, text(64), {
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 5,
      }),
    }),
  ),
  'share.started': like<wire.ShareStarted>()(
    Type.Object({
      ...base,
      type: Type.Literal('share.started'),
      shareId: urlSafeId,
      parentShareId: Type.Optional(urlSafeId),
      page,
      path: Type.Optional(page),
      title: Type.Optional(text(256, 0)),
      from: Type.Optional(Type.Enum(['menu', 'button', 'timeline'])),
    }),
  ),
  'share.finished': like<wire.ShareFinished>()(
    Type.Object({
      ...base,
      type: Type.Literal('share.finished'),
      shareId: urlSafeId,
      result: Type.Enum(['ok', 'cancel', 'fail']),
      shareTickets: Type.Optional(Type.Array(ticket, { maxItems: 20 })),
      groups: Type.Optional(Type.Array(group, { maxItems: 20 })),
      message: Type.Optional(text(256, 0)),
    }),
  ),
  'share.opened': like<wire.ShareOpened>()(
    Type.Object({
      ...base,
      type: Type.Literal('share.opened'),
      shareId: Type.Optional(urlSafeId),
      // WeChat's scenes have four digits. A number beyond 64 bits would fail in the database.
      scene: Type.Integer({ minimum: 0, maximum: 999_999 }),
      page,
      shareTicket: Type.Optional(ticket),
      group: Type.Optional(group),
    }),
  ),
} satisfies { [T in wire.ReachEvent['type']]: unknown }

/** Does not compile where `EventType` and the events of the wire differ. */
type EventDecoders = {
  [T in EventType]: Decode<Extract<wire.ReachEvent, { type: T }>>
}

const eventDecoders: EventDecoders = {
  'form.submitted': decoder(eventSchemas['form.submitted']),
  'payment.made': decoder(eventSchemas['payment.made']),
  'subscription.answered': decoder(eventSchemas['subscription.answered']),
  'share.started': decoder(eventSchemas['share.started']),
  'share.finished': decoder(eventSchemas['share.finished']),
  'share.opened': decoder(eventSchemas['share.opened']),
}

/**
 * One event of the envelope, or the result that rejects it.
 *
 * @param index the event's position in its batch, for the paths of bad fields
 */
export function decodeEvent(value: unknown, index: number): BatchEvent {
  const fields = isObject(value) ? value : {}
  const id = typeof fields.id === 'string' ? fields.id : null
  const rejected = (rest: Partial<wire.EventResult>): BatchEvent => ({
    ok: false,
    result: { id, status: 'rejected', ...rest },
  })

  const type = fields.type
  if (typeof type !== 'string' || !Object.hasOwn(eventDecoders, type)) {
    const message = `must be one of ${Object.keys(eventDecoders).join(', ')}`
    return rejected({
      reason: 'unknown_type',
      errors: [{ path: `/events/${index}/type`, message }],
    })
  }
  const decoded = eventDecoders[type as wire.ReachEvent['type']](value)
  if (decoded.ok) return { ok: true, event: decoded.value }
  return rejected({
    reason: 'invalid',
    errors: decoded.errors.map(({ path, message }) => ({
      path: `/events/${index}${path}`,
      message,
    })),
  })
}

/** `POST /v1/events` as the OpenAPI document shows it. */
export const eventsRequest = Type.Object({
  ...eventsEnvelope.properties,
  events: Type.Array(Type.Union(Object.values(eventSchemas)), { minItems: 1, maxItems: 100 }),
})

export const eventsReply = like<wire.EventsReply>()(
  Type.Object({
    results: Type.Array(
      Type.Object({
        id: Type.Union([Type.String(), Type.Null()]),
        status: Type.Enum(['accepted', 'duplicate', 'rejected', 'retry']),
        reason: Type.Optional(Type.Enum([...eventReasons, ...groupReasons])),
        errors: Type.Optional(Type.Array(fieldError)),
        openGId: Type.Optional(Type.String()),
        openGIds: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
      }),
    ),
  }),
)
