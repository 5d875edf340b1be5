/** Messages: reserve, send, settle. Part of the store: see store.ts. */
import type { MessageState } from '../../shared/codes.ts'
import type { Channel, CreditKind, MessageReason } from '../../shared/wire/index.ts'
import type { UserNumber, CreditId, MessageId } from './ids.ts'

export interface MessageStore {
  /**
   * Looks the idempotency key up and, when it is new, writes the message and reserves the credit that ends
   * first, in one transaction: no order of parallel callers reserves one use twice.
   */
  openMessage(input: OpenMessage): Promise<OpenedMessage>
  /**
   * Writes what became of one attempt, whoever has its lease by now: who knows is heard before who only took it over,
   * also when that one has made the message `unknown` meanwhile. Then nothing is sent any more, and the credit, which
   * counts as used, is given back or dies as told. `undefined`: the attempt was settled, or another one came after it,
   * and nothing is changed; so it is for the holder who writes it again because the answer was lost.
   */
  settle(input: Settle): Promise<Settled | undefined>
  /**
   * Takes over messages that are queued and due, and messages whose holder died. Each comes with a lease
   * for `holder`. A message whose holder died carries `abandoned`: whether WeChat saw it, nobody knows.
   * A holder's own lease that has ended is among them, unless it is in `holding`.
   * A queued message is refused at once with `ifLate` after its deadline, with `ifNone` when no credit is left,
   * and with the channel's reason while that is stopped.
   */
  claimMessages(input: ClaimMessages): Promise<ClaimedMessage[]>
  findMessage(appId: string, id: MessageId): Promise<MessageRow | undefined>
  /** Stops sending on a channel of an app: `pause` until a time, `shut` until it is opened or probed. */
  suspendChannel(input: ChannelSuspension): Promise<void>
  resumeChannel(appId: string, channel: Channel): Promise<void>
  /** Pauses that are over may be among them, until they are swept: see `isStopped`. */
  findSuspensions(appId: string): Promise<ChannelSuspension[]>
}

export interface OpenMessage {
  appId: string
  openId: string
  channel: Channel
  templateId?: string
  /** SHA-256 of the caller's key, and of what was asked. */
  keyHash: Buffer
  bodyHash: Buffer
  keyKeptMs: number
  /** The call's fields without the credit, as JSON; deleted after a while. */
  payload: string
  deadlineMs: number
  nowMs: number
  /** Which credits may be spent; empty: none can, the channel is retired. */
  kinds: readonly CreditKind[]
  /** With kind `subscription`: only this ref. */
  ref?: string
  /** Who sends: dies with its process. */
  holder: string
  leaseMs: number
  /** One message in so long is let through a shut channel. */
  probeEveryMs: number
  /** Why the message is refused when nothing can be reserved; with `no_credit` the store adds `reserved`. */
  ifNone: MessageReason
  limit?: SendLimit
}

/** What we do not send although WeChat might: looked at before a credit is. */
export interface SendLimit {
  /** It does not go out now. */
  closed?: MessageReason
  /** At most so many messages go out to one user on `day`; refused ones do not count. */
  perDay?: { day: number; most: number; ifOver: MessageReason }
}

export type OpenedMessage =
  /** The same key and body before. */
  | { was: 'replayed'; message: MessageRow }
  /** The same key, another body. */
  | { was: 'conflict' }
  /** No credit, or the channel is stopped: the message is written, `refused` with the reason. */
  | { was: 'refused'; message: MessageRow }
  /** Reserved and leased: send it, then settle. `probe`: let through a shut channel to see whether it opened. */
  | { was: 'reserved'; message: MessageRow; credit: ReservedCredit; probe: boolean }

export interface ReservedCredit {
  id: CreditId
  kind: CreditKind
  ref: string
  generation: number
  /** How often this reservation was leased for a call, this time included. */
  shown: number
}

export interface Settle {
  id: MessageId
  holder: string
  /**
   * Of the message as it was leased: what became of an earlier call changes nothing under a later one. But `sent`
   * stands whatever was tried after it.
   */
  attempts: number
  nowMs: number
  /**
   * `spent`: the use is gone. `dead`: the credit is gone with all its uses. `givenBack`: as if nothing had
   * been. `kept`: stays reserved for the next attempt of this message. A credit that began a new generation since,
   * or died under another message, is not touched. Without meaning for a message that holds no credit.
   */
  credit:
    { outcome: 'kept' } | { outcome: 'spent' | 'givenBack' } | { outcome: 'dead'; reason: string }
  /** `next`: reserve another credit for the same message; none left: refused with `ifNone`. */
  message:
    /** `platformId`: WeChat's own id of the message. */
    | { state: 'sent'; inferred?: boolean; platformId?: string }
    /** An `unknown` message of which a push has told meanwhile becomes what the push says. */
    | { state: 'refused' | 'unknown'; reason: MessageReason }
    /** One that is `unknown` by now is not sent again: refused with `ifUnknown`, or as `next` with `ifNone`. */
    | { state: 'queued'; dueInMs: number; ifUnknown: MessageReason }
    | {
        state: 'next'
        leaseMs: number
        ifNone: MessageReason
        kinds: readonly CreditKind[]
        ref?: string
      }
    /** Same credit once more by this holder (a form credit after unknown). Only with `kept`. */
    | { state: 'again'; leaseMs: number }
}

export interface Settled {
  message: MessageRow
  /** With `next` and `again`, where there is one. */
  credit?: ReservedCredit
  /** Whether the message was told as `unknown` before. */
  wasUnknown: boolean
}

export interface ClaimMessages {
  holder: string
  /** What the holder is still doing: its leases are left alone, also when they have ended. */
  holding: readonly MessageId[]
  nowMs: number
  leaseMs: number
  limit: number
  /** As in OpenMessage. */
  probeEveryMs: number
  ifNone: MessageReason
  ifLate: MessageReason
  /** As in `SendLimit`; what is queued is refused with it. */
  closed?: Partial<Record<Channel, MessageReason>>
}

export interface ClaimedMessage {
  message: MessageRow
  /** Queued messages hold none until reserved: `claimMessages` reserves it; absent: the message is `refused`. */
  credit?: ReservedCredit
  /** As in OpenedMessage. */
  probe: boolean
  abandoned: boolean
  /** Whose lease had ended; absent where yet another had it before: then nobody can say that no call was made. */
  formerHolder?: string
}

export interface MessageRow {
  id: MessageId
  appId: string
  user: UserNumber
  openId: string | undefined
  channel: Channel
  templateId: string | undefined
  /** `sending` is told to the outside as `queued`. */
  state: MessageState | 'sending'
  inferred: boolean
  reason: MessageReason | undefined
  /** `undefined` once it was deleted. */
  payload: string | undefined
  /** Leases for a call of the send endpoint so far, each at most one call. */
  attempts: number
  /** Credits that died under this message. */
  rejectedCredits: number
  createdAtMs: number
  deadlineMs: number
  settledAtMs: number | undefined
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
