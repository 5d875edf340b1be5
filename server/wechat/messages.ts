import type {
  TemplateData,
  SubscribeMessageRequest,
  CustomerCard,
  CustomerContent,
  TypingRequest,
} from '../../shared/wire/index.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { JsonObject } from '../runtime/encoding.ts'
import { isValue } from '../verify/values.ts'
import { acknowledged, textOf, type Authorized, type AuthorizedReply } from './call.ts'

export interface TemplateSend {
  openId: string
  templateId: string
  /** Of a form, or the prepay_id of a payment: the page has one field for both. */
  formId: string
  /** Absent: a tap leads nowhere. */
  page?: string
  /** Absent: an empty template. */
  data?: TemplateData
  /** `keyword1.DATA` */
  emphasisKeyword?: string
  color?: string
}

/**
 * Sends one template message (seeds/001). The credit behind `formId` is gone unless WeChat refused.
 */
export function sendTemplate(
  authorized: Authorized,
  message: TemplateSend,
): Promise<AuthorizedReply<JsonObject>> {
  const { openId, templateId, formId, page, data, emphasisKeyword, color } = message
  return authorized({
    path: '/cgi-bin/message/wxopen/template/send',
    // JSON leaves out what is undefined.
    body: {
      touser: openId,
      template_id: templateId,
      page,
      form_id: formId,
      data,
      color,
      emphasis_keyword: emphasisKeyword,
    },
    call: 'send',
    decode: sendReply,
    awaitLateReply: true,
  })
}

/**
 * The reply to a send. Later events name the message by its `msgid`; one that cannot be stored is
 * left out, since the message is sent all the same.
 */
function sendReply(body: JsonObject): JsonObject | undefined {
  const { msgid, ...rest } = body
  const id = textOf(msgid)
  return acknowledged(isValue('messageId', id) ? { ...rest, msgid: id } : rest)
}

export type SubscribeSend = Omit<SubscribeMessageRequest, 'channel' | 'deadline'>

/**
 * Sends one subscribe message (platform: subscribe/send). One consent is gone unless WeChat
 * refused.
 */
export function sendSubscribe(
  authorized: Authorized,
  { openId, templateId, page, data, miniprogramState, lang }: SubscribeSend,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/message/subscribe/send',
    // JSON leaves out what is undefined.
    body: {
      touser: openId,
      template_id: templateId,
      page,
      data,
      miniprogram_state: miniprogramState,
      lang,
    },
    call: 'send',
    decode: sendReply,
    awaitLateReply: true,
  })
}

/** What goes out: as operators say it, a text composed. */
export type ComposedContent =
  Exclude<CustomerContent, { msgtype: 'text' }> | { msgtype: 'text'; text: { content: string } }

export type CustomerSend = ComposedContent & { openId: string }

/**
 * Sends one customer-service message (seeds/000; the app's `appid` in a card: platform, customer
 * service).
 */
export function sendCustomer(
  authorized: Authorized,
  app: ReachApp,
  message: CustomerSend,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/message/custom/send',
    body: { touser: message.openId, msgtype: message.msgtype, ...bodyOf(message, app) },
    call: 'send',
    decode: sendReply,
    awaitLateReply: true,
  })
}

function bodyOf(message: CustomerSend, app: ReachApp): object {
  switch (message.msgtype) {
    case 'text':
      return { text: { content: message.text.content } }
    case 'image':
      return { image: { media_id: message.image.media_id } }
    case 'link':
      return { link: message.link }
    case 'miniprogrampage':
      return { miniprogrampage: card(message.miniprogrampage, app) }
    default:
      return message satisfies never
  }
}

function card({ title, pagepath, thumb_media_id }: CustomerCard, { appId, edition }: ReachApp) {
  const appid = edition === '2018' ? {} : { appid: appId }
  return { title, ...appid, pagepath, thumb_media_id }
}

const paths = {
  '2018': '/cgi-bin/message/custom/typing',
  '2026': '/cgi-bin/message/custom/business/typing',
} as const satisfies Record<ReachApp['edition'], string>

/**
 * Shows the user that somebody is typing, or no longer (platform: customer service). Spends no
 * credit.
 */
export function setTyping(
  authorized: Authorized,
  app: ReachApp,
  { openId, typing }: TypingRequest,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: paths[app.edition],
    body: { touser: openId, command: typing ? 'Typing' : 'CancelTyping' },
    decode: acknowledged,
  })
}
