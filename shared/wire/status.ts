/** The state of an app and of what its server does for it. */
import type { Channel, MessageReason } from './messages.ts'
import type { CodesUsageReply } from './codes.ts'

/** `GET /v1/status` */
export interface StatusReply {
  appId: string
  /** The platform's rules that the app is under. */
  edition: '2018' | '2026'
  /** Of this server. */
  version: string
  /** The server's clock. */
  now: string
  token: TokenStatus
  /** All three. */
  channels: ChannelStatus[]
  backlog: BacklogStatus
  today: TodayStatus
  codes: CodesUsageReply
  /** Erased users of whom rows are still being cleared. */
  erasures: number
}

/** The access_token, without it. Without `expiresAt` the database holds none. */
export interface TokenStatus {
  fetchedAt?: string
  expiresAt?: string
  /** Why WeChat gives this process none, and what to do. */
  refusal?: { errcode: number; meaning: string; advice: string }
}

export interface ChannelStatus {
  channel: Channel
  /**
   * `paused`: until a time. `shut`: until it is resumed or a probe succeeds. `retired`: the edition
   * of the app has no such channel.
   */
  state: 'open' | 'paused' | 'shut' | 'retired'
  since?: string
  until?: string
  reason?: MessageReason
}

/** Messages under way. At most 10,000 of all apps are looked at: `complete` is false then. */
export interface BacklogStatus {
  queued: number
  sending: number
  /** `createdAt` of the oldest. */
  oldestAt?: string
  complete: boolean
}

/** Messages of the platform's day, which begins at midnight in Shanghai. */
export interface TodayStatus {
  since: string
  /** The sums are those of then: a minute ago at most. */
  computedAt: string
  sent: Record<Channel, number>
  /** False: the newest 100,000 messages were counted, and there are more. */
  complete: boolean
}
