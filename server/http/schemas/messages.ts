import Type from 'typebox'
import type { TSchema } from 'typebox'
import { messageStates, refusalCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { maxDataFields, maxMessageText, maxTextParts } from '../../rules/requests.ts'
import { maxPagePath } from '../../rules/values.ts'
import { isObject } from '../../runtime/encoding.ts'
import { checkSubscribeData } from '../../subscribe/check-data.ts'
import { pageProblem } from '../../verify/page-path.ts'
import { fieldError, wechatRefusal } from './problems.ts'
import {
  anyFields,
  channel,
  count,
  creditKind,
  decoder,
  like,
  listQuery,
  openId,
  requestedTime,
  strict,
  templateId,
  text,
  time,
  type Decode,
  type Decoded,
} from './schema.ts'

const color = Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' })
/** What is wrong with it is said by `pageProblem`, an empty one included. */
const page = Type.Optional(text(maxPagePath, 0))
const moments = { sendAt: Type.Optional(requestedTime), deadline: Type.Optional(requestedTime) }

export const templateMessageRequest = like<wire.TemplateMessageRequest>()(
  Type.Object(
    {
      channel: Type.Literal('template'),
      openId,
      templateId,
      page,
      data: Type.Optional(
        Type.Record(
          Type.String({ pattern: '^keyword\\d{1,3}$' }),
          Type.Object({ value: Type.String(), color: Type.Optional(color) }, strict),
          { ...strict, maxProperties: maxDataFields },
        ),
      ),
      emphasisKeyword: Type.Optional(Type.String({ pattern: '^keyword\\d{1,3}\\.DATA$' })),
      color: Type.Optional(color),
      ...moments,
    },
    strict,
  ),
)

export const subscribeMessageRequest = like<wire.SubscribeMessageRequest>()(
  Type.Object(
    {
      channel: Type.Literal('subscribe'),
      openId,
      templateId,
      page,
      data: Type.Record(Type.String(), Type.Object({ value: Type.String() }, strict), {
        maxProperties: maxDataFields,
      }),
      miniprogramState: Type.Optional(Type.Enum(['developer', 'trial', 'formal'])),
      lang: Type.Optional(Type.Enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW'])),
      ...moments,
    },
    strict,
  ),
)

/** What WeChat takes is checked by `server/customer`, which needs the whole content. */
const anyText = Type.String({ maxLength: maxMessageText })
const customerMessage = { channel: Type.Literal('customer'), openId, ...moments }
const textMessage = <S extends TSchema>(body: S) =>
  Type.Object({ ...customerMessage, msgtype: Type.Literal('text'), text: body }, strict)
const contentText = Type.Object({ content: anyText }, strict)
const textLink = Type.Object(
  {
    text: anyText,
    path: anyText,
    appId: Type.Optional(anyText),
    href: Type.Optional(anyText),
  },
  strict,
)
const partsText = Type.Object(
  { parts: Type.Array(Type.Union([anyText, textLink]), { minItems: 1, maxItems: maxTextParts }) },
  strict,
)
const imageMessage = Type.Object(
  {
    ...customerMessage,
    msgtype: Type.Literal('image'),
    image: Type.Object({ media_id: anyText }, strict),
  },
  strict,
)
const linkMessage = Type.Object(
  {
    ...customerMessage,
    msgtype: Type.Literal('link'),
    link: Type.Object(
      { title: anyText, description: anyText, url: anyText, thumb_url: anyText },
      strict,
    ),
  },
  strict,
)
const cardMessage = Type.Object(
  {
    ...customerMessage,
    msgtype: Type.Literal('miniprogrampage'),
    miniprogrampage: Type.Object(
      {
        title: anyText,
        pagepath: anyText,
        thumb_media_id: anyText,
        appid: Type.Optional(anyText),
      },
      strict,
    ),
  },
  strict,
)

const customerMessageRequest = like<wire.CustomerMessageRequest>()(
  Type.Union([
    textMessage(Type.Union([contentText, partsText])),
    imageMessage,
    linkMessage,
    cardMessage,
  ]),
)

/** One schema a channel. */
export const messageRequests = [
  templateMessageRequest,
  subscribeMessageRequest,
  customerMessageRequest,
]

/**
 * Decodes the body of `POST /v1/messages`. It rejects what WeChat is known to refuse, before that
 * costs a call or a credit.
 */
export const decodeMessageRequest: Decode<wire.MessageRequest> = selectBy<wire.MessageRequest>(
  'channel',
  {
    template: decodeTemplateMessage(),
    subscribe: decodeSubscribeMessage(),
    customer: decodeCustomerMessage(),
  },
)

function decodeTemplateMessage(): Decode<wire.TemplateMessageRequest> {
  const decode = decoder(templateMessageRequest)
  return (value) => {
    const decoded = decode(value)
    if (!decoded.ok) return decoded
    const { page: opened, emphasisKeyword, data = {} } = decoded.value
    const errors = [...pageErrors(opened), ...momentErrors(decoded.value)]
    if (emphasisKeyword && !Object.hasOwn(data, emphasisKeyword.replace('.DATA', ''))) {
      errors.push({ path: '/emphasisKeyword', message: 'must name a keyword of data' })
    }
    return errors.length > 0 ? { ok: false, errors } : decoded
  }
}

/** A message opens a page of the mini-program that sends it (seeds/001 page). */
export function pageErrors(opened: string | undefined): wire.FieldError[] {
  const message = opened === undefined ? undefined : pageProblem(opened)
  return message === undefined ? [] : [{ path: '/page', message }]
}

type Moments = Pick<wire.MessageRequest, 'sendAt' | 'deadline'>

/** How far ahead `sendAt` may be is checked when the message is sent, by the clock. */
function momentErrors({ sendAt, deadline }: Moments): wire.FieldError[] {
  if (sendAt === undefined || deadline === undefined) return []
  if (Date.parse(deadline) > Date.parse(sendAt)) return []
  return [{ path: '/deadline', message: 'must be after sendAt' }]
}

function decodeSubscribeMessage(): Decode<wire.SubscribeMessageRequest> {
  const decode = decoder(subscribeMessageRequest)
  return (value) => {
    const decoded = decode(value)
    if (!decoded.ok) return decoded
    const { page: opened, data } = decoded.value
    const errors = [
      ...pageErrors(opened),
      ...checkSubscribeData(data),
      ...momentErrors(decoded.value),
    ]
    return errors.length > 0 ? { ok: false, errors } : decoded
  }
}

function decodeCustomerMessage(): Decode<wire.CustomerMessageRequest> {
  const decodeContent = decoder(textMessage(contentText))
  const decodeParts = decoder(textMessage(partsText))
  const decode = selectBy<wire.CustomerMessageRequest>('msgtype', {
    text: (value) => (hasParts(value) ? decodeParts(value) : decodeContent(value)),
    image: decoder(imageMessage),
    link: decoder(linkMessage),
    miniprogrampage: decoder(cardMessage),
  })
  return (value) => {
    const decoded = decode(value)
    const errors = decoded.ok ? momentErrors(decoded.value) : []
    return errors.length > 0 ? { ok: false, errors } : decoded
  }
}

function hasParts(value: unknown): boolean {
  const { text: body } = value as { text?: unknown }
  return isObject(body) && 'parts' in body
}

/** The value of `field` selects the decoder, so that errors refer to the shape that was meant. */
export function selectBy<T>(
  field: string,
  decoders: Readonly<Record<string, Decode<T>>>,
): Decode<T> {
  return (value) => {
    if (!isObject(value)) {
      return rejected('', 'must be object')
    }
    const word = value[field]
    const decode = typeof word === 'string' && Object.hasOwn(decoders, word) && decoders[word]
    if (decode) return decode(value)
    const words = Object.keys(decoders).join(', ')
    return rejected(`/${field}`, word === undefined ? 'is missing' : `must be one of ${words}`)
  }
}

const rejected = (path: string, message: string): Decoded<never> => ({
  ok: false,
  errors: [{ path, message }],
})

const state = Type.Enum([...messageStates])
const reasonCode = Type.Enum([...refusalCodes])

export const messageReason = Type.Object({
  code: reasonCode,
  detail: Type.String(),
  reserved: Type.Optional(count),
  wechat: Type.Optional(wechatRefusal),
})

const messageFields = {
  id: Type.String(),
  channel,
  openId: Type.Optional(Type.String()),
  templateId: Type.Optional(Type.String()),
  state,
  inferred: Type.Optional(Type.Boolean()),
  reason: Type.Optional(messageReason),
  attempts: count,
  createdAt: time,
  sendAt: Type.Optional(time),
  deadline: time,
  settledAt: Type.Optional(time),
  creditUntil: Type.Optional(Type.Union([time, Type.Null()])),
  warnings: Type.Optional(Type.Array(fieldError)),
}

export const message = like<wire.Message>()(Type.Object(messageFields))

export const messageWithCalls = like<wire.MessageWithCalls>()(
  Type.Object({
    ...messageFields,
    content: Type.Optional(anyFields),
    contentUntil: Type.Optional(time),
    calls: Type.Array(
      Type.Object({
        at: time,
        tookMs: Type.Optional(count),
        credit: Type.Object({ id: Type.String(), kind: creditKind }),
        wechat: Type.Optional(
          Type.Object({ ...wechatRefusal.properties, advice: Type.Optional(Type.String()) }),
        ),
        failure: Type.Optional(Type.String()),
      }),
    ),
  }),
)

const messagesFilter = {
  openId: Type.Optional(openId),
  state: Type.Optional(state),
  reason: Type.Optional(reasonCode),
  templateId: Type.Optional(templateId),
  channel: Type.Optional(channel),
  since: Type.Optional(requestedTime),
  until: Type.Optional(requestedTime),
}

export const messagesQuery = like<wire.MessagesQuery>()(
  Type.Object({ ...messagesFilter, ...listQuery }, strict),
)

export const messagesSummaryQuery = like<wire.MessagesSummaryQuery>()(
  Type.Object({ ...messagesFilter, cursor: listQuery.cursor }, strict),
)

export const messagesSummaryReply = like<wire.MessagesSummaryReply>()(
  Type.Object({
    since: time,
    count,
    groups: Type.Array(
      Type.Object({
        state,
        channel,
        templateId: Type.Optional(Type.String()),
        reason: Type.Optional(reasonCode),
        wechat: Type.Optional(Type.Object({ errcode: Type.Integer(), meaning: Type.String() })),
        count,
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)

export const messagesReply = like<wire.MessagesReply>()(
  Type.Object({ messages: Type.Array(message), cursor: Type.Optional(Type.String()) }),
)
