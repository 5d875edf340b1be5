/** Outgoing messages, one request type a channel. */
import type { CreditKind, MessageState, RefusalCode } from '../codes.ts'
import type { FieldError, WechatRefusal } from './problems.ts'

export type Channel = 'template' | 'subscribe' | 'customer'

/** `POST /v1/messages` */
export type MessageRequest =
  TemplateMessageRequest | SubscribeMessageRequest | CustomerMessageRequest

/** `POST /v1/messages` with `channel: 'template'` */
export interface TemplateMessageRequest {
  channel: 'template'
  openId: string
  templateId: string
  /** The page that a tap opens, without a leading slash (`index?foo=bar`). Default: none. */
  page?: string
  /** Absent: an empty template. */
  data?: TemplateData
  /** `keywordN.DATA`, where `data` has `keywordN`. */
  emphasisKeyword?: string
  color?: string
  /**
   * ISO 8601, at most 30 days ahead. The message waits until then, and its credit is chosen then.
   * Default, and if that has passed: it is sent at once.
   */
  sendAt?: string
  /**
   * ISO 8601, after `sendAt`. A busy platform is tried again until then. Default: 15 minutes from
   * `sendAt`, or from now.
   */
  deadline?: string
}

/** `data` of a template message, in the platform's own field names. */
export type TemplateData = Record<string, { value: string; color?: string }>

/** `POST /v1/messages` with `channel: 'subscribe'` */
export interface SubscribeMessageRequest {
  channel: 'subscribe'
  openId: string
  templateId: string
  /** The page that a tap opens, without a leading slash (`index?foo=bar`). Default: none. */
  page?: string
  data: SubscribeData
  /** The version of the mini-program that a tap opens. Default: `formal`. */
  miniprogramState?: 'developer' | 'trial' | 'formal'
  /** Default: `zh_CN`. */
  lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW'
  /** As with `TemplateMessageRequest`, like `deadline`. */
  sendAt?: string
  deadline?: string
}

/** `data` of a subscribe message: a key is its type and digits (`thing18`). */
export type SubscribeData = Record<string, { value: string }>

/** `POST /v1/messages` with `channel: 'customer'` */
export type CustomerMessageRequest = CustomerContent & {
  channel: 'customer'
  openId: string
  /** As with `TemplateMessageRequest`, like `deadline`. */
  sendAt?: string
  deadline?: string
}

/** Content of a customer-service message, in the platform's own field names. */
export type CustomerContent =
  | { msgtype: 'text'; text: CustomerText }
  | { msgtype: 'image'; image: { media_id: string } }
  | { msgtype: 'link'; link: CustomerLink }
  | { msgtype: 'miniprogrampage'; miniprogrampage: CustomerCard }

/** `content` is sent unchanged, links (`<a …>`) included; `parts` are escaped and joined. */
export type CustomerText = { content: string } | { parts: CustomerTextPart[] }

export type CustomerTextPart = string | CustomerTextLink

/** A link into the mini-program. */
export interface CustomerTextLink {
  text: string
  /** As in app.json, without a leading slash, a query allowed. */
  path: string
  /** The app's own, which is the default; any other is refused. */
  appId?: string
  /** The address that a WeChat opens that is too old for links into mini-programs. */
  href?: string
}

interface CustomerLink {
  title: string
  description: string
  url: string
  /** JPG or PNG, best 640×320 (large) or 80×80 (small). */
  thumb_url: string
}

export interface CustomerCard {
  title: string
  pagepath: string
  /** An image of `POST /v1/media`, best 520×416. */
  thumb_media_id: string
  /** The app's own, which is the default; any other is refused. */
  appid?: string
}

/** One outgoing message: the reply of `POST /v1/messages` and `GET /v1/messages/:id`. */
export interface Message {
  id: string
  channel: Channel
  /** Absent after the user was erased. */
  openId?: string
  templateId?: string
  state: MessageState
  /**
   * With `sent`: WeChat had already accepted this formId (41029), so the first call succeeded
   * although its reply was lost.
   */
  inferred?: boolean
  reason?: MessageReason
  /** Calls of the send endpoint so far. */
  attempts: number
  createdAt: string
  /** Of a message that was to be sent later. */
  sendAt?: string
  deadline: string
  settledAt?: string
  /**
   * In the reply to `POST /v1/messages` with `sendAt`: until when the last credit that the user
   * holds for it now can be used, where that is not until `sendAt`. Then the message is refused,
   * unless the user gives another credit before. `null`: they hold none now.
   */
  creditUntil?: string | null
  /**
   * In the reply to `POST /v1/messages`: what WeChat accepts although its review rules forbid
   * it, such as marketing words.
   */
  warnings?: FieldError[]
}

/** `GET /v1/messages`. Default of each filter: all messages. */
export interface MessagesQuery {
  openId?: string
  state?: MessageState
  reason?: RefusalCode
  templateId?: string
  channel?: Channel
  /** Of `createdAt`: from then on. */
  since?: string
  /** Before then. */
  until?: string
  limit?: number
  cursor?: string
}

/**
 * `GET /v1/messages`, newest first. While there is a `cursor` there are more, although a page may
 * hold fewer than `limit` or none.
 */
export interface MessagesReply {
  messages: Message[]
  cursor?: string
}

/** `GET /v1/messages/summary`. Default of each filter: all messages. */
export interface MessagesSummaryQuery extends Omit<MessagesQuery, 'limit'> {
  /** Of `createdAt`: from then on. Default: 24 hours before `until`, or before now. */
  since?: string
}

/**
 * `GET /v1/messages/summary`: how many messages there are. While there is a `cursor` there are
 * older ones: add the counts of its reply.
 */
export interface MessagesSummaryReply {
  /** Of the query, or its default. */
  since: string
  /** All that are counted in `groups`. */
  count: number
  /** The largest first. */
  groups: MessagesGroup[]
  cursor?: string
}

/** Messages that have these fields in common. */
export interface MessagesGroup {
  state: MessageState
  channel: Channel
  /** Absent: messages without one, or those beyond the first 200 groups. */
  templateId?: string
  /** Of those that were refused, or whose outcome is unknown. */
  reason?: RefusalCode
  /** What WeChat said, without the words that differ from message to message. */
  wechat?: Omit<WechatRefusal, 'errmsg'>
  count: number
}

/** `GET /v1/messages/:id` */
export interface MessageWithCalls extends Message {
  /**
   * What was sent. For keys with the scope `send` or `privacy`. Absent: it was deleted after its
   * time.
   */
  content?: MessageContent
  /** When `content` is deleted, also for keys that do not get it. */
  contentUntil?: string
  /** Oldest first. Calls of the last attempt are absent while it is under way. */
  calls: MessageCall[]
}

/**
 * Of a message, in the fields of its request: `page`, `data`, `msgtype`, … With the channel, the
 * openId and the templateId of the message it is a request that sends the same again.
 */
export type MessageContent = Record<string, unknown>

/** One call of the send endpoint. */
export interface MessageCall {
  at: string
  /**
   * Milliseconds until WeChat replied, or until it was waited for no more. Absent: the process
   * ended meanwhile.
   */
  tookMs?: number
  credit: { id: string; kind: CreditKind }
  /** What WeChat said, and what to do; errcode 0: it took the message, and there is no advice. */
  wechat?: WechatRefusal & { advice?: string }
  /**
   * Why there is no reply: a code of the system or of the server, such as `TIMED_OUT` or
   * `HTTP_502`. `ABANDONED`: the process that made the call, or was about to, ended.
   */
  failure?: string
}

export interface MessageReason {
  code: RefusalCode
  detail: string
  /** With `no_credit`: uses that other messages have reserved and may still give back. */
  reserved?: number
  wechat?: WechatRefusal
}
