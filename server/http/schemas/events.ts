/** Unknown fields are ignored: phones in the field run older and newer clients than the server. */
import Type from 'typebox'
import { eventReasons, groupReasons } from '../../../shared/codes.ts'
import type { EventType, GroupReason } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import type { BatchEvent } from '../../events/ingest.ts'
import { eventBatch, phoneTexts } from '../../rules/requests.ts'
import { maxPagePath } from '../../rules/values.ts'
import { isObject } from '../../runtime/encoding.ts'
import { fieldError } from './problems.ts'
import {
  decoder,
  like,
  matcher,
  templateId,
  text,
  urlSafeId,
  type Decode,
  type Decoded,
} from './schema.ts'

const page = text(maxPagePath, 0)
const ticket = text(phoneTexts.shareTicket)
const tag = Type.Optional(text(phoneTexts.tag))
const base64 = Type.String({ maxLength: phoneTexts.encryptedData })

/**
 * Without the events: each is decoded separately, so that a bad event does not reject its batch.
 */
export const eventsEnvelope = Type.Object({
  sentAt: Type.Number(),
  events: Type.Array(Type.Unknown(), { minItems: 1, maxItems: eventBatch.maxEvents }),
})

const base = { id: urlSafeId, at: Type.Number() }

const group = like<wire.Group>()(
  Type.Union([
    Type.Object({
      source: Type.Enum(['shareInfo', 'groupEnterInfo']),
      encryptedData: base64,
      iv: Type.String({ maxLength: phoneTexts.key }),
    }),
    Type.Object({ unavailable: text(phoneTexts.text) }),
  ]),
)

const eventSchemas = {
  'form.submitted': like<wire.FormSubmitted>()(
    Type.Object({
      ...base,
      type: Type.Literal('form.submitted'),
      formId: text(phoneTexts.formId),
      page,
      tag,
    }),
  ),
  'payment.made': like<wire.PaymentMade>()(
    Type.Object({
      ...base,
      type: Type.Literal('payment.made'),
      prepayId: text(phoneTexts.prepayId),
    }),
  ),
  'subscription.answered': like<wire.SubscriptionAnswered>()(
    Type.Object({
      ...base,
      type: Type.Literal('subscription.answered'),
      answers: Type.Record(templateId, text(phoneTexts.consent), {
        additionalProperties: false,
        minProperties: 1,
        maxProperties: eventBatch.maxConsents,
      }),
      tag,
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
      title: Type.Optional(text(phoneTexts.text, 0)),
      from: Type.Optional(Type.Enum(['menu', 'button', 'timeline'])),
    }),
  ),
  'share.finished': like<wire.ShareFinished>()(
    Type.Object({
      ...base,
      type: Type.Literal('share.finished'),
      shareId: urlSafeId,
      result: Type.Enum(['ok', 'cancel', 'fail']),
      shareTickets: Type.Optional(Type.Array(ticket, { maxItems: eventBatch.maxGroups })),
      groups: Type.Optional(Type.Array(group, { maxItems: eventBatch.maxGroups })),
      message: Type.Optional(text(phoneTexts.text, 0)),
    }),
  ),
  'share.opened': like<wire.ShareOpened>()(
    Type.Object({
      ...base,
      type: Type.Literal('share.opened'),
      shareId: Type.Optional(urlSafeId),
      scene: Type.Integer({ minimum: 0, maximum: eventBatch.maxScene }),
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

const isGroup = matcher(group)
const badGroup = { unavailable: 'bad_group' satisfies GroupReason }
const readableGroup = (given: unknown) => (isGroup(given) ? given : badGroup)

/**
 * A copy whose malformed groups say so: the arrival counts, and only its group is lost. `undefined`
 * where no group is malformed.
 */
function withReadableGroups(fields: Record<string, unknown>): object | undefined {
  const { type, group: one, groups: many } = fields
  if (type === 'share.opened' && one !== undefined && !isGroup(one)) {
    return { ...fields, group: badGroup }
  }
  if (type !== 'share.finished' || many === undefined) return undefined
  const given: unknown[] = Array.isArray(many) ? many : [undefined]
  if (given.length > eventBatch.maxGroups) return undefined
  const groups = given.map(readableGroup)
  return groups.includes(badGroup) ? { ...fields, groups } : undefined
}

/**
 * One event of the envelope, or the result that rejects it. A share whose groups alone are
 * malformed is an event without those groups.
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
  const decode = eventDecoders[type as wire.ReachEvent['type']]
  const decoded: Decoded<wire.ReachEvent> = decode(withReadableGroups(fields) ?? value)
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
  events: Type.Array(Type.Union(Object.values(eventSchemas)), {
    minItems: 1,
    maxItems: eventBatch.maxEvents,
  }),
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
