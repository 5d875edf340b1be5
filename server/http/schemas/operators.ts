/** What operators and other backends send. Unknown fields are refused with their path. */
import Type from 'typebox'
import type { TSchema } from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { isoTime, like, openId, strict, templateId, text } from './schema.ts'

const color = Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' })
const base64 = (maxLength: number) => Type.String({ minLength: 1, maxLength })

export const codeHandover = like<{ code: string }>()(Type.Object({ code: text(128) }, strict))
export const keyHandover = like<{ openId: string; sessionKey: string }>()(
  Type.Object({ openId, sessionKey: base64(64) }, strict),
)

export const decryptRequest = like<wire.DecryptRequest>()(
  Type.Object({ openId, encryptedData: base64(65_536), iv: base64(64) }, strict),
)

export const templateMessage = like<wire.TemplateMessageRequest>()(
  Type.Object(
    {
      channel: Type.Literal('template'),
      openId,
      templateId,
      page: Type.Optional(text(1024)),
      data: Type.Optional(
        Type.Record(
          Type.String({ pattern: '^keyword\\d{1,3}$' }),
          Type.Object({ value: Type.String(), color: Type.Optional(color) }, strict),
          strict,
        ),
      ),
      emphasisKeyword: Type.Optional(Type.String({ pattern: '^keyword\\d{1,3}\\.DATA$' })),
      color: Type.Optional(color),
      deadline: Type.Optional(isoTime),
    },
    strict,
  ),
)

const page = Type.Optional(text(1024))
const deadline = Type.Optional(isoTime)

export const subscribeMessage = like<wire.SubscribeMessageRequest>()(
  Type.Object(
    {
      channel: Type.Literal('subscribe'),
      openId,
      templateId,
      page,
      data: Type.Record(Type.String(), Type.Object({ value: Type.String() }, strict)),
      miniprogramState: Type.Optional(Type.Enum(['developer', 'trial', 'formal'])),
      lang: Type.Optional(Type.Enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW'])),
      deadline,
    },
    strict,
  ),
)

/** What no schema bounds is bounded by the body, and by server/customer. */
const words = Type.String()
const textLink = Type.Object(
  { text: words, path: words, appId: Type.Optional(words), href: Type.Optional(words) },
  strict,
)
const content = Type.Object({ content: words }, strict)
const parts = Type.Object(
  { parts: Type.Array(Type.Union([words, textLink]), { minItems: 1, maxItems: 100 }) },
  strict,
)
const toCustomer = { channel: Type.Literal('customer'), openId, deadline }
const textMessage = <S extends TSchema>(body: S) =>
  Type.Object({ ...toCustomer, msgtype: Type.Literal('text'), text: body }, strict)
const imageMessage = Type.Object(
  {
    ...toCustomer,
    msgtype: Type.Literal('image'),
    image: Type.Object({ media_id: words }, strict),
  },
  strict,
)
const linkMessage = Type.Object(
  {
    ...toCustomer,
    msgtype: Type.Literal('link'),
    link: Type.Object({ title: words, description: words, url: words, thumb_url: words }, strict),
  },
  strict,
)
const cardMessage = Type.Object(
  {
    ...toCustomer,
    msgtype: Type.Literal('miniprogrampage'),
    miniprogrampage: Type.Object(
      { title: words, pagepath: words, thumb_media_id: words, appid: Type.Optional(words) },
      strict,
    ),
  },
  strict,
)

export const customerMessage = like<wire.CustomerMessageRequest>()(
  Type.Union([textMessage(Type.Union([content, parts])), imageMessage, linkMessage, cardMessage]),
)

/** The same by kind, so that errors speak of the kind that was meant. */
export const customerKinds = {
  content: textMessage(content),
  parts: textMessage(parts),
  image: imageMessage,
  link: linkMessage,
  miniprogrampage: cardMessage,
}

export const paymentCredit = like<wire.PaymentCreditRequest>()(
  Type.Object({ openId, prepayId: text(128) }, strict),
)

export const refreshToken = like<wire.RefreshTokenRequest>()(
  Type.Object({ rejected: text(512) }, strict),
)

export const noQuery = Type.Object({}, strict)

const whole = (minimum: number, maximum: number, byDefault: number) =>
  Type.Optional(Type.Integer({ minimum, maximum, default: byDefault }))
const cursor = Type.Optional(text(256))

export const templatesQuery = Type.Object(
  { offset: whole(0, 1_000_000, 0), count: whole(1, 20, 20) },
  strict,
)
export const groupQuery = Type.Object({ limit: whole(1, 200, 50), cursor }, strict)
export const shareQuery = Type.Object(
  { depth: whole(0, 64, 64), limit: whole(1, 500, 100), cursor },
  strict,
)
