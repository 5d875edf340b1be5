/** Messages to many users. */
import type { BroadcastState, RecipientState, RefusalCode } from '../codes.ts'
import type { MessageContent, SubscribeMessageRequest, TemplateMessageRequest } from './messages.ts'
import type { ListQuery } from './shares.ts'

/** What a broadcast sends. Its texts may hold `{{field}}`, which each recipient fills. */
export type BroadcastMessage =
  | Omit<TemplateMessageRequest, 'openId' | 'sendAt' | 'deadline'>
  | Omit<SubscribeMessageRequest, 'openId' | 'sendAt' | 'deadline'>

/** `POST /v1/broadcasts` */
export type BroadcastRequest = BroadcastMessage & BroadcastSettings

export interface BroadcastSettings {
  /** For people, up to 100 characters. */
  name?: string
  /**
   * `list`: recipients are uploaded to `POST /v1/broadcasts/:id/recipients`, then it is started.
   * `holders`: all who hold a usable right for the message when it begins. It begins by itself.
   */
  audience: { from: 'list' } | HoldersAudience
  /** ISO 8601, at most 30 days ahead. Default, and if that has passed: at once. */
  startAt?: string
  /** ISO 8601, at most 30 days after the start. Who waits then is refused. Default: 7 days. */
  deadline?: string
  /** The hours of the day in which it sends. Default: all. */
  sendWindow?: SendWindow
  /** At most so many messages a minute. */
  perMinute?: number
  /** Minutes from the start over which it spreads its messages evenly. */
  spreadOver?: number
  /**
   * So many per cent of the audience, 1 to 50, are recipients that are never sent to: `heldOut`.
   * The server chooses them by a hash of the broadcast and the user. Default: nobody.
   */
  holdout?: number
  /** Counts, and makes nothing: see `BroadcastForecast`. With the audience `holders`. */
  dryRun?: boolean
}

/** Users who hold a usable right for the message. Each field that is given leaves fewer. */
export interface HoldersAudience {
  from: 'holders'
  /** A page has put the word on the right. */
  tag?: string
  /**
   * ISO 8601. The phone has sent an event or opened a share since then, or WeChat has pushed a
   * message or an event of the user. Of a time more than 30 days ago, its whole day (UTC) counts.
   */
  activeSince?: string
  /** The user was seen in this group. */
  openGId?: string
  /** The user opened this share. */
  shareId?: string
}

/** Hours such as `09:00`. Across midnight where `from` is the later one. */
export interface SendWindow {
  from: string
  until: string
  /** Of the IANA database. Default: `Asia/Shanghai`. */
  timeZone?: string
}

/** Replies to `POST /v1/broadcasts` and to `start`, `pause`, `resume` and `cancel`. */
export interface Broadcast {
  id: string
  name?: string
  channel: BroadcastMessage['channel']
  templateId: string
  state: BroadcastState
  audience: BroadcastSettings['audience']
  counts: BroadcastCounts
  createdAt: string
  startAt?: string
  startedAt?: string
  endedAt?: string
  deadline?: string
  sendWindow?: SendWindow
  perMinute?: number
  spreadOver?: number
  holdout?: number
  /** Why it is held, or was paused by the server: `quota`, `quiet_hours`, `send_window`, … */
  reason?: string
  /** While it is held: when it goes on. */
  heldUntil?: string
}

export interface BroadcastCounts {
  recipients: number
  /** Neither of the following yet. */
  waiting: number
  sent: number
  refused: number
  unknown: number
  /** Left out by `holdout`. */
  heldOut: number
}

/** `GET /v1/broadcasts/:id` */
export interface BroadcastWithCounts extends Broadcast {
  /** Why recipients were refused, or their outcome is unknown. */
  reasons: { state: RecipientState; reason: string; count: number }[]
  /** Recipients settled in the last minute. */
  rate: number
  /** When its last message goes out by that rate. Absent: it does not run, or has no rate yet. */
  expectedEnd?: string
  /** What it sends, for keys with the scope `send`. */
  content?: MessageContent
}

/** `GET /v1/broadcasts` */
export interface BroadcastsQuery extends ListQuery {
  state?: BroadcastState
}

export interface BroadcastsReply {
  broadcasts: Broadcast[]
  cursor?: string
}

/** `POST /v1/broadcasts/:id/recipients`: a part of the upload. */
export interface UploadQuery {
  /** Of the body. `csv`: the first line of each part is the head. Default: `ndjson`. */
  format?: 'ndjson' | 'csv'
}

export interface RecipientsAdded {
  /** Lines that are recipients now. */
  added: number
  /** Lines of users who were recipients before, who stay as they were. */
  known: number
  /** Lines that are none. */
  bad: number
  /** The first 100 of them. `line` counts from 1. */
  problems: { line: number; message: string }[]
  counts: BroadcastCounts
}

/** `GET /v1/broadcasts/:id/recipients` */
export interface RecipientsQuery extends ListQuery {
  state?: RecipientState
  /** All of them, as CSV, a row each: RFC 4180. Default: a page, as JSON. */
  format?: 'csv'
}

export interface RecipientsReply {
  recipients: BroadcastRecipient[]
  cursor?: string
}

export interface BroadcastRecipient {
  /** Absent: the user was erased. */
  openId?: string
  state: RecipientState
  /** Why: a code of `reason` of messages, or `cancelled`. */
  reason?: string
  messageId?: string
  /** When the notice was opened. */
  openedAt?: string
  /** When a right to send arose after that. */
  renewedAt?: string
}

/** `POST /v1/broadcasts` with `dryRun`, and `GET /v1/broadcasts/:id/forecast`: if it began now. */
export interface BroadcastForecast {
  /** Users who would be sent to. */
  reachable: number
  /**
   * Users who would not, each under one reason. `user_limit`: they have had their messages of the
   * day, and wait for the next one. `deadline`: its pace and hours leave no time for them.
   */
  refused: { reason: RefusalCode; count: number }[]
  /** Left out by `holdout`. An estimate, until the broadcast has begun or the list is uploaded. */
  heldOut: number
  /** Uses of rights. A right without a limit is not used up. */
  credits: number
  /**
   * Seconds from its start to its last message, with the hours in which it does not send. An
   * estimate: without a pace, 64 calls at once of 0.1 seconds each.
   */
  takesSeconds: number
}
