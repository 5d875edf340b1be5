/**
 * Every request and reply between phone, operator and server, as plain types.
 * Times are ISO 8601 UTC strings in replies and milliseconds since the epoch in events.
 */
import type {
  EventReason,
  EventStatus,
  GroupReason,
  MessageState,
  ProblemCode,
  RefusalCode,
} from '../codes.ts'

// ---------------------------------------------------------------- errors

/** Body of every error reply, `application/problem+json` (RFC 9457). */
export interface Problem {
  status: number
  title: string
  detail: string
  code: ProblemCode
  /** Each bad field: a JSON Pointer into the body (`/events/3/formId`), or `query/…`, `header/…`, `path/…`. */
  errors?: FieldError[]
  /** Present when WeChat refused. */
  wechat?: WechatRefusal
}

export interface FieldError {
  path: string
  message: string
}

export interface WechatRefusal {
  errcode: number
  errmsg: string
  meaning: string
}

// ---------------------------------------------------------------- the phone

/** `POST /v1/session` */
export interface SessionRequest {
  appId: string
  code: string
  wechatVersion?: string
  sdkVersion?: string
}

export interface SessionReply {
  token: string
  expiresAt: string
}

/** Encrypted share data as `wx.getShareInfo` or `wx.getGroupEnterInfo` gave it, or why there is none. */
export type Group =
  | { source: 'shareInfo' | 'groupEnterInfo'; encryptedData: string; iv: string }
  | { unavailable: string }

interface EventBase {
  /** 8 to 64 URL-safe characters, made on the phone; the server knows a second copy by it. */
  id: string
  /** Milliseconds since the epoch, by the phone's clock. */
  at: number
}

export interface FormSubmitted extends EventBase {
  type: 'form.submitted'
  formId: string
  page: string
}

export interface PaymentMade extends EventBase {
  type: 'payment.made'
  prepayId: string
}

export interface SubscriptionAnswered extends EventBase {
  type: 'subscription.answered'
  /** templateId → the platform's word (`accept`, `reject`, `ban`, …). */
  answers: Record<string, string>
}

export interface ShareStarted extends EventBase {
  type: 'share.started'
  shareId: string
  parentShareId?: string
  page: string
  path?: string
  title?: string
  from?: 'menu' | 'button' | 'timeline'
}

export interface ShareFinished extends EventBase {
  type: 'share.finished'
  shareId: string
  result: 'ok' | 'cancel' | 'fail'
  shareTickets?: string[]
  groups?: Group[]
  message?: string
}

export interface ShareOpened extends EventBase {
  type: 'share.opened'
  shareId?: string
  scene: number
  page: string
  shareTicket?: string
  group?: Group
}

export type ReachEvent =
  FormSubmitted | PaymentMade | SubscriptionAnswered | ShareStarted | ShareFinished | ShareOpened

/** `POST /v1/events` */
export interface EventsRequest {
  /** The phone's clock at this attempt; the difference to an event's `at` is its age. */
  sentAt: number
  /** 1 to 100. */
  events: ReachEvent[]
}

export interface EventResult {
  /** `null` where the event carried none. */
  id: string | null
  status: EventStatus
  reason?: EventReason | GroupReason
  errors?: FieldError[]
  /** The group of a `share.opened`, decrypted; also for a duplicate. */
  openGId?: string
  /** The groups of a `share.finished`, in the order of its `groups`; `null` where one could not be had. */
  openGIds?: (string | null)[]
}

export interface EventsReply {
  results: EventResult[]
}

// ---------------------------------------------------------------- operators: sessions and user data

/** `POST /v1/sessions` */
export type OperatorSessionRequest = { code: string } | { openId: string; sessionKey: string }

/** `POST /v1/decrypt` */
export interface DecryptRequest {
  openId: string
  encryptedData: string
  iv: string
}

/** The plaintext as WeChat made it; its `watermark` was checked. */
export type DecryptReply = Record<string, unknown>

// ---------------------------------------------------------------- operators: messages and credits

export type Channel = 'template' | 'subscribe' | 'customer'
export type CreditKind = 'form' | 'payment' | 'subscription' | 'entered' | 'wrote'

/** `data` of a template message, in the platform's own field names. */
export type TemplateData = Record<string, { value: string; color?: string }>

/** `POST /v1/messages` with `channel: 'template'` */
export interface TemplateMessageRequest {
  channel: 'template'
  openId: string
  templateId: string
  /** Where a tap leads, without a leading slash, a query allowed (`index?foo=bar`); absent: nowhere. */
  page?: string
  /** Absent: an empty template. */
  data?: TemplateData
  /** `keywordN.DATA`, N in `data`. */
  emphasisKeyword?: string
  color?: string
  /** ISO 8601; until then a busy platform is tried again. Default: 15 minutes from now. */
  deadline?: string
}

/** `POST /v1/messages`; the other two stand below, with the platform's rows. */
export type MessageRequest =
  TemplateMessageRequest | SubscribeMessageRequest | CustomerMessageRequest

export interface MessageReason {
  code: RefusalCode
  detail: string
  /** With `no_credit`: uses that other messages hold at this moment, and that may come back. */
  reserved?: number
  wechat?: WechatRefusal
}

/** One outgoing message: the reply of `POST /v1/messages` and `GET /v1/messages/:id`. */
export interface Message {
  id: string
  channel: Channel
  /** Absent after the user was erased. */
  openId?: string
  templateId?: string
  state: MessageState
  /** With `sent`: WeChat had already taken this formId (41029), so the first call, whose reply was lost, counted. */
  inferred?: boolean
  reason?: MessageReason
  /** Calls of the send endpoint so far. */
  attempts: number
  createdAt: string
  deadline: string
  settledAt?: string
  /** In the reply to `POST /v1/messages`: what WeChat takes and its rules do not allow, marketing words for one. */
  warnings?: FieldError[]
}

export interface Credit {
  id: string
  kind: CreditKind
  channel: Channel
  templateId?: string
  /** Absent: no limit (a long-term subscription). */
  usesLeft?: number
  expiresAt?: string
  /** The user's WeChat is older than 6.5.2 and would not show a template message: spent last. */
  belowMinimumVersion?: boolean
}

/** What can be sent now. `uses` is `null` where there is no limit; `until` is the furthest end, absent where nothing ends. */
export interface CanReceive {
  template: { uses: number; until?: string; refused?: RefusalCode }
  subscribe: Record<string, number | null>
  customer: { uses: number; until?: string; refused?: RefusalCode }
}

/** `GET /v1/users/:openId/credits` */
export interface CreditsReply {
  credits: Credit[]
  canReceive: CanReceive
}

/** `POST /v1/credits/payment` */
export interface PaymentCreditRequest {
  openId: string
  prepayId: string
}

export interface PaymentCreditReply {
  status: 'accepted' | 'duplicate'
}

// ---------------------------------------------------------------- operators: groups and shares

export interface GroupMember {
  openId: string
  firstSeenAt: string
}

export interface GroupArrival {
  openId: string
  shareId?: string
  scene: number
  at: string
}

/** `GET /v1/groups/:openGId`; `limit` and `cursor` page through arrivals, newest first. */
export interface GroupReply {
  openGId: string
  firstSeenAt: string
  memberCount: number
  members: GroupMember[]
  shareIds: string[]
  arrivals: GroupArrival[]
  cursor?: string
}

export interface ShareNode {
  shareId: string
  parentShareId?: string
  /** 0 for the share that was asked for. */
  depth: number
  /** The user who shared; absent while only an arrival told of this share. */
  openId?: string
  page?: string
  path?: string
  title?: string
  from?: 'menu' | 'button' | 'timeline'
  startedAt?: string
  result?: 'ok' | 'cancel' | 'fail'
  /** Arrivals through this very share, and the users among them. */
  opens: number
  openers: number
  openGIds: string[]
}

/** `GET /v1/shares/:shareId`: the share and the tree under it, breadth first. */
export interface ShareReply {
  share: ShareNode
  descendants: ShareNode[]
  cursor?: string
}

// ---------------------------------------------------------------- operators: templates and token

/** `GET /v1/templates` */
export interface TemplatesReply {
  templates: { templateId: string; title: string; content: string; example: string }[]
}

/** `GET /v1/access-token`, `POST /v1/access-token/refresh` */
export interface AccessTokenReply {
  accessToken: string
  expiresAt: string
}

export interface RefreshTokenRequest {
  /** The token that WeChat refused. */
  rejected: string
}

export interface RefreshTokenReply extends AccessTokenReply {
  /** False: `rejected` is not the current one any more, or a refresh happened within the last minute. */
  refreshed: boolean
}

// ---------------------------------------------------------------- health

export interface HealthReply {
  status: 'ok'
}

export interface ReadyReply {
  status: 'ready' | 'not_ready'
  checks: Record<string, { ok: boolean; detail?: string }>
}

// ---------------------------------------------------------------- operators: the platform's rows

/** `POST /v1/messages` with `channel: 'subscribe'` */
export interface SubscribeMessageRequest {
  channel: 'subscribe'
  openId: string
  templateId: string
  /** Where a tap leads, without a leading slash, a query allowed; absent: nowhere. */
  page?: string
  data: SubscribeData
  /** Which version a tap opens. Default: `formal`. */
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

/** What a customer-service message says, in the platform's own field names. */
export type CustomerContent =
  | { msgtype: 'text'; text: CustomerText }
  | { msgtype: 'image'; image: { media_id: string } }
  | { msgtype: 'link'; link: CustomerLink }
  | { msgtype: 'miniprogrampage'; miniprogrampage: CustomerCard }

/** `content` goes out as it is, links (`<a …>`) included; `parts` are escaped and joined. */
export type CustomerText = { content: string } | { parts: CustomerTextPart[] }

export type CustomerTextPart = string | CustomerTextLink

/** A link into the mini-program. */
export interface CustomerTextLink {
  text: string
  /** As in app.json, without a leading slash, a query allowed. */
  path: string
  /** The app's own, which is the default; any other is refused. */
  appId?: string
  /** Where a WeChat leads that is too old for links into mini-programs. */
  href?: string
}

export interface CustomerLink {
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

/** `GET /v1/template-library` */
export interface TemplateLibraryReply {
  templates: { id: string; title: string }[]
  total: number
}

/** `GET /v1/template-library/:id` */
export interface TemplateLibraryTitleReply {
  id: string
  title: string
  keywords: { id: number; name: string; example: string }[]
}

/** `POST /v1/templates` */
export interface AddTemplateRequest {
  /** Of a title in the library. */
  id: string
  /** 1 to 10, in the order in which the template shows them. */
  keywordIds: number[]
}

export interface AddTemplateReply {
  templateId: string
}

/** `GET /v1/subscribe-template-categories` */
export interface SubscribeCategoriesReply {
  categories: { id: number; name: string }[]
}

/** How long a consent to a subscribe template lasts: for one message, or until it is revoked. */
export type SubscribeTerm = 'once' | 'long'

/** `GET /v1/subscribe-template-library` */
export interface SubscribeLibraryReply {
  templates: { id: string; title: string; term: SubscribeTerm; categoryId: number }[]
  total: number
}

/** `GET /v1/subscribe-template-library/:id` */
export interface SubscribeLibraryTitleReply {
  id: string
  /** `type` begins the field's name in a message's `data`: `thing` in `thing1`. */
  keywords: { id: number; name: string; example: string; type: string }[]
}

/** `GET /v1/subscribe-templates` */
export interface SubscribeTemplatesReply {
  templates: {
    templateId: string
    title: string
    content: string
    example: string
    term: SubscribeTerm
    /** The values that its `enum` fields take, by field. */
    enums: Record<string, string[]>
  }[]
}

/** `POST /v1/subscribe-templates` */
export interface AddSubscribeTemplateRequest {
  /** Of a public title. */
  id: string
  /** 2 to 5, in the order in which the template shows them. */
  keywordIds: number[]
  /** What it is for, at most 15 characters. */
  sceneDescription: string
}

/** `POST /v1/templates/lint` */
export interface LintRequest {
  title: string
  keywords: LintKeyword[]
  /** Compared with `title`, beside those of the account. */
  otherTitles?: string[]
}

export type LintKeyword = string | { name: string; example: string }

export interface LintReply {
  problems: LintProblem[]
}

export interface LintProblem {
  /** Of the review rules (审核说明). */
  rule: '1.1' | '1.2' | '1.3' | '1.4' | '1.5' | '1.6' | '2.1' | '2.2' | '2.3' | '2.4' | '2.5'
  detail: string
  /** `maybe`: a guess that a person should judge. */
  certainty: 'sure' | 'maybe'
}

/** `POST /v1/codes`. A field that does not count for the kind is refused. */
export interface CodeRequest {
  /** 小程序码 by path (A), 小程序码 by scene (B), 二维码 by path (C). */
  kind: 'path' | 'scene' | 'qrcode'
  /** With `path` and `qrcode`: page and query. */
  path?: string
  /** With `scene`: at most 32 characters, which the phone gets as they are. */
  scene?: string
  /** With `scene`, in place of `scene`: any JSON, kept here behind a short scene. */
  payload?: unknown
  /** With `scene`: without a leading slash or a query. Default: the home page. */
  page?: string
  /** Pixels. Default: 430. */
  width?: number
  autoColor?: boolean
  lineColor?: CodeColor
  isHyaline?: boolean
  envVersion?: 'release' | 'trial' | 'develop'
  /** With `scene`. */
  checkPath?: boolean
  /** The share that scans of this code belong to. */
  shareId?: string
}

/** 0 to 255 each. */
export interface CodeColor {
  r: number
  g: number
  b: number
}

/** `GET /v1/scenes/:id` */
export interface SceneReply {
  /** As it was given; `null` where the code carries a share alone. */
  payload: unknown
  /** The share that this scan belongs to. */
  shareId?: string
}

/** `GET /v1/codes/usage` */
export interface CodesUsageReply {
  /** Codes of the kinds `path` and `qrcode` that this server made, and at most may have made. */
  lasting: {
    used: number
    limit: number
    /** WeChat said that all are made, here or elsewhere. */
    exhausted?: boolean
    /** Near the limit: what to do. */
    warning?: string
  }
  /** Codes of the kind `scene` within the last 60 seconds, and those that wait to be made ahead. */
  scene: { lastMinute: number; limit: number; waiting: number }
}

/** `POST /v1/codes` with `Prefer: respond-async` */
export interface CodeAheadReply {
  /** Ask the same again for the image. */
  state: 'queued'
}

/** `POST /v1/media` */
export interface MediaReply {
  mediaId: string
  /** WeChat's end. A message that names it later is sent with the image uploaded again. */
  expiresAt: string
  /** What does not look its best; it was uploaded all the same. */
  warnings?: string[]
}

/** `POST /v1/typing` */
export interface TypingRequest {
  openId: string
  typing: boolean
}
