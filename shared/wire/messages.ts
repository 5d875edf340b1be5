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
  /** ISO 8601. A busy platform is tried again until then. Default: 15 minutes from now. */
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
  /** As with `TemplateMessageRequest`. */
  deadline?: string
}

/** `data` of a subscribe message: a key is its type and digits (`thing18`). */
export type SubscribeData = Record<string, { value: string }>

/** `POST /v1/messages` with `channel: 'customer'` */
export type CustomerMessageRequest = CustomerContent & {
  channel: 'customer'
  openId: string
  /** As with `TemplateMessageRequest`. */
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
  deadline: string
  settledAt?: string
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

/** `GET /v1/messages/:id` */
export interface MessageWithCalls extends Message {
  /** Oldest first. Calls of the last attempt are absent while it is under way. */
  calls: MessageCall[]
}

/** One call of the send endpoint. */
export interface MessageCall {
  at: string
  /**
   * Milliseconds until WeChat replied, or until it was waited for no more. Absent: the process
   * ended meanwhile.
   */
  tookMs?: number
  credit: { id: string; kind: CreditKind }
  /** What WeChat said; errcode 0: it took the message. */
  wechat?: WechatRefusal
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
