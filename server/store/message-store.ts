/** Messages, and the channels they go through. Part of the store: see store.ts. */
import type { MessageState, RefusalCode } from '../../shared/codes.ts'
import type { Channel, CreditKind, MessageReason, WechatRefusal } from '../../shared/wire/index.ts'
import type { Page } from './event-store.ts'
import type { UserNumber, CreditId, MessageId } from './ids.ts'

export interface MessageStore {
  /**
   * Looks up the idempotency key. If it is new, writes the message and reserves the credit that
   * ends first, in one transaction: concurrent callers never reserve one use twice. A message that
   * waits for its time reserves none.
   */
  openMessage(input: OpenMessage): Promise<OpenedMessage>
  /**
   * Records the outcome of one attempt, whoever has its lease by now. The original holder's report
   * takes precedence over a takeover's, also after the takeover made the message `unknown`. In that
   * case nothing is sent any more, and the credit, which counts as used, is given back or dies.
   * `undefined`: the attempt was settled before, or a later one exists, and nothing changes. A
   * holder that repeats the call after a lost reply gets that, too.
   */
  settle(input: Settle): Promise<Settled | undefined>
  /**
   * Leases messages to `holder`: queued and scheduled ones that are due, and ones whose lease has
   * ended. The latter are `abandoned`: whether WeChat received them is unknown. The holder's own
   * ended leases are among them, unless they are in `holding`. A queued or scheduled message is
   * refused at once with `ifLate` after its deadline, with `ifNone` if no credit is left, with the
   * reason of a limit, and with the channel's reason during a suspension.
   */
  claimMessages(input: ClaimMessages): Promise<ClaimedMessage[]>
  /**
   * Cancels a message that waits for its time or for its next try: nothing is sent after that. Any
   * other stays as it is. `undefined`: the app has no such message.
   */
  cancelMessage(input: CancelMessage): Promise<Cancelled | undefined>
  findMessage(appId: string, id: MessageId): Promise<MessageRow | undefined>
  /** The calls that were made for a message, oldest first. An unknown message has none. */
  findCalls(appId: string, id: MessageId): Promise<SentCall[]>
  /**
   * Newest first. A page looks at a limited number of messages, so that it may be short, or empty,
   * although there is a `cursor`, which leads on.
   */
  findMessages(
    appId: string,
    page: MessagePage,
  ): Promise<{ messages: MessageRow[]; cursor?: string }>
  /** How many there are. `cursor`: those behind the ones that the step looked at. */
  sumMessages(appId: string, filter: MessageFilter & { cursor?: string }): Promise<MessageSums>
  /** Messages of the app that are queued or being sent, among the first `limit` of all apps. */
  findBacklog(appId: string, limit: number): Promise<Backlog>
  /** Suspends a channel of an app: `pause` until a time, `shut` until it is resumed. */
  suspendChannel(input: ChannelSuspension): Promise<void>
  /** @param shutAtMs of the probe that succeeded: a later suspension stays. Absent: none stays. */
  resumeChannel(appId: string, channel: Channel, shutAtMs?: number): Promise<void>
  /** Includes pauses that are over, until a sweep deletes them. */
  findSuspensions(appId: string): Promise<ChannelSuspension[]>
}

export interface OpenMessage {
  appId: string
  openId: string
  channel: Channel
  templateId?: string
  /** SHA-256 of the caller's key. */
  keyHash: Buffer
  /** SHA-256 of the request. */
  bodyHash: Buffer
  keyKeptMs: number
  /** JSON: the call's fields without the credit. Deleted after a while. */
  payload: string
  deadlineMs: number
  nowMs: number
  /** When the message is to be sent: later than `nowMs`. Default: at once. */
  sendAtMs?: number
  /** Which credits may be spent. Empty: none, since the channel is retired. */
  kinds: readonly CreditKind[]
  /** With kind `subscription`: only this ref. */
  ref?: string
  /** Identifies the caller's process. */
  holder: string
  leaseMs: number
  /** A shut channel admits one probe in this time. */
  probeEveryMs: number
  /** Refusal if no credit can be reserved. With `no_credit` the store adds `reserved`. */
  ifNone: MessageReason
  limit?: SendLimit
  sentBy?: Sender
}

/** Whose request a message is: the audit of sends stands in their messages. */
export interface Sender {
  keyId: string
  requestId: string
  /** `undefined`: the client's address is not known. */
  network: string | undefined
}

/** Limits of our own. They are checked before a credit is reserved. */
export interface SendLimit {
  /** Refusal: nothing is sent now. */
  closed?: MessageReason
  /** At most `most` messages to one user on `day`. Refused ones do not count. */
  perDay?: { day: number; most: number; ifOver: MessageReason }
}

/** `belowMinimum`: the user's WeChat is too old to show template messages. */
export type OpenedMessage =
  /** A call with the same key and body came before. */
  | { was: 'replayed'; message: MessageRow; belowMinimum: boolean }
  /** A call with the same key and another body came before. */
  | { was: 'conflict' }
  /** The message is written as `refused`, with the reason. */
  | { was: 'refused'; message: MessageRow; belowMinimum: boolean }
  /** The message waits for its time. */
  | { was: 'scheduled'; message: MessageRow; belowMinimum: boolean }
  /**
   * Leased with a credit: the caller sends it, then settles. `probe`: it goes through a shut
   * channel.
   */
  | {
      was: 'reserved'
      message: MessageRow
      belowMinimum: boolean
      credit: ReservedCredit
      probe: Probe
    }

/** `shutAtMs`: `atMs` of the suspension that the message goes through. `false`: there is none. */
export type Probe = { shutAtMs: number } | false

export interface ReservedCredit {
  id: CreditId
  kind: CreditKind
  ref: string
  generation: number
  /** How often this reservation was leased for a call, including this time. */
  presentations: number
}

export interface Settle {
  id: MessageId
  holder: string
  /**
   * Of the message as it was leased. The outcome of an earlier attempt does not change a later one,
   * except `sent`, which stands whatever came after it.
   */
  attempts: number
  nowMs: number
  /** Is kept with the message. Absent: there was no call. */
  call?: SentCall
  /**
   * `spent`: the use is gone. `dead`: the credit is gone with all its uses. `givenBack`: the use is
   * free again. `kept`: it stays reserved for the next attempt of this message. Does not change a
   * credit that began a new generation or died meanwhile. Has no meaning for a message without a
   * credit.
   */
  credit:
    { outcome: 'kept' } | { outcome: 'spent' | 'givenBack' } | { outcome: 'dead'; reason: string }
  /**
   * `next`: reserves another credit for the message. Refused with `ifNone` if there is none, or if
   * the message is `unknown` by now.
   */
  message:
    /** `platformId`: WeChat's own id of the message. */
    | { state: 'sent'; inferred?: boolean; platformId?: string }
    /** An `unknown` message with a delivery report takes the state of the report. */
    | { state: 'refused' | 'unknown'; reason: MessageReason }
    /** If the message is `unknown` by now: refused with `ifUnknown`, and not sent again. */
    | { state: 'queued'; dueInMs: number; ifUnknown: MessageReason }
    | {
        state: 'next'
        leaseMs: number
        ifNone: MessageReason
        kinds: readonly CreditKind[]
        ref?: string
      }
    /** The holder presents the same form credit again. Only with `kept`. */
    | { state: 'again'; leaseMs: number }
}

/** One call of the send endpoint. */
export interface SentCall {
  /** When it began; with `ABANDONED`: when its lease was found. */
  atMs: number
  /** Until the reply, or until it was waited for no more. */
  tookMs?: number
  credit: CreditId
  kind: CreditKind
  /** WeChat's refusal, or the code of what happened to the reply. Absent: WeChat took it. */
  said?: WechatRefusal | string
}

export interface Settled {
  message: MessageRow
  /** With `next` and `again`, if there is one. */
  credit?: ReservedCredit
  /** Whether the message was `unknown` before. */
  wasUnknown: boolean
}

export interface ClaimMessages {
  holder: string
  /** Messages the holder works on: their leases stay, also after their end. */
  holding: readonly MessageId[]
  nowMs: number
  leaseMs: number
  limit: number
  /** As in OpenMessage. */
  probeEveryMs: number
  ifNone: MessageReason
  ifLate: MessageReason
  /** The limits now. A queued message was counted on its day when it was opened. */
  limits?: Partial<Record<Channel, SendLimit>>
}

export interface CancelMessage {
  appId: string
  id: MessageId
  nowMs: number
}

export interface Cancelled {
  message: MessageRow
  /** Whether this call cancelled it. */
  wasWaiting: boolean
}

export interface ClaimedMessage {
  message: MessageRow
  /** Absent: the message is `refused`. */
  credit?: ReservedCredit
  /** As in OpenedMessage. */
  probe: Probe
  abandoned: boolean
  /**
   * The holder whose lease had ended. Absent if there was another one before it: then a call may
   * have been made that neither knows of.
   */
  formerHolder?: string
}

export interface MessageRow {
  id: MessageId
  appId: string
  user: UserNumber
  openId: string | undefined
  channel: Channel
  templateId: string | undefined
  /** The API reports `sending` as `queued`. */
  state: MessageState | 'sending'
  inferred: boolean
  reason: MessageReason | undefined
  /** `undefined` once it was deleted. */
  payload: string | undefined
  /** Leases for a call so far. Each allows at most one call. */
  attempts: number
  /** Credits that died under this message. */
  rejectedCredits: number
  createdAtMs: number
  /** `undefined`: it was to be sent at once. */
  sendAtMs: number | undefined
  deadlineMs: number
  settledAtMs: number | undefined
}

export interface MessagePage extends Page, MessageFilter {}

/** Default of each field: all messages. */
export interface MessageFilter {
  openId?: string
  /** `queued`: also those being sent. */
  state?: MessageState
  reason?: RefusalCode
  templateId?: string
  channel?: Channel
  /** When they were requested: from then on. */
  sinceMs?: number
  /** Before then. */
  untilMs?: number
}

export interface MessageSums {
  sums: (Pick<MessageRow, 'state' | 'channel'> & {
    templateId?: string
    reason?: MessageReason
    count: number
  })[]
  cursor?: string
}

export interface Backlog {
  queued: number
  sending: number
  /** When the oldest was requested. */
  oldestMs: number | null
  /** There were no more than `limit`. */
  complete: boolean
}

export interface ChannelSuspension {
  appId: string
  channel: Channel
  kind: 'pause' | 'shut'
  /** `pause` only. */
  untilMs: number | null
  reason: MessageReason
  atMs: number
}
