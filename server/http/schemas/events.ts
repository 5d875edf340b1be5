/** What phones send. Unknown fields are ignored everywhere: phones in the field are newer or older than the server. */
import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { appId, decoder, like, text } from './schema.ts'
import type { Decode } from './schema.ts'

const urlSafeId = Type.String({ pattern: '^[\\w-]{8,64}$' })
const page = text(1024, 0)
const ticket = text(512)
const base64 = Type.String({ maxLength: 4096 })

export const sessionRequest = like<wire.SessionRequest>()(
  Type.Object({
    appId,
    code: text(128),
    wechatVersion: Type.Optional(text(32, 0)),
    sdkVersion: Type.Optional(text(32, 0)),
  }),
)

/** The envelope alone: each event is decoded by itself, so that a bad one never spoils its batch. */
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

export const eventSchemas = {
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
      answers: Type.Record(Type.String({ pattern: '^[\\w-]{1,128}$' }), text(64), {
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
      // Four digits so far. Bounded, because a number that is no 64-bit integer has no place in a database.
      scene: Type.Integer({ minimum: 0, maximum: 999_999 }),
      page,
      shareTicket: Type.Optional(ticket),
      group: Type.Optional(group),
    }),
  ),
} satisfies { [T in wire.ReachEvent['type']]: unknown }

type EventDecoders = {
  [T in wire.ReachEvent['type']]: Decode<Extract<wire.ReachEvent, { type: T }>>
}

export const eventDecoders: EventDecoders = {
  'form.submitted': decoder(eventSchemas['form.submitted']),
  'payment.made': decoder(eventSchemas['payment.made']),
  'subscription.answered': decoder(eventSchemas['subscription.answered']),
  'share.started': decoder(eventSchemas['share.started']),
  'share.finished': decoder(eventSchemas['share.finished']),
  'share.opened': decoder(eventSchemas['share.opened']),
}
