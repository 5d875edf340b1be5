/**
 * What the server asks of a database. One implementation per engine, hand-written SQL inside, one contract
 * suite over all. Every function is one transaction: it happened wholly, durably, when its promise resolves,
 * or not at all when it rejects. Times are milliseconds of the platform's clock, passed in; leases run on the
 * engine's own clock. An openId is looked up here and nowhere else; everything else carries a user number.
 */
import type {
  Channel,
  CreditKind,
  EventResult,
  GroupReply,
  MessageReason,
  ShareReply,
} from '../../shared/wire.ts'
import type { GroupReason, MessageState } from '../../shared/codes.ts'

declare const brand: unique symbol
export type UserNumber = number & { readonly [brand]: 'user' }
/** Unique within its user only. */
export type CreditId = number & { readonly [brand]: 'credit' }
export type MessageId = string & { readonly [brand]: 'message' }

export interface Store extends SessionStore, EventStore, LedgerStore, MessageStore, ShareStore {
  /** Rejects when the database cannot be read. */
  ping(): Promise<void>
  /**
   * Ends what is over and deletes what is not kept (`retention` in rules.ts), in small transactions. Returns the
   * rows changed. Safe to call at any time, by anyone.
   */
  sweep(input: { nowMs: number }): Promise<number>
  /** Finishes what is queued, then closes. */
  close(): Promise<void>
}

// ---------------------------------------------------------------- sessions

export interface SessionStore {
  /** Makes the user if new, keeps the key beside the last ones, stores the session by the hash of its token. */
  signIn(input: SignIn): Promise<UserNumber>
  /** `undefined`: unknown or ended. */
  findSession(tokenHash: Buffer, nowMs: number): Promise<Session | undefined>
  /** Sealed session keys of the user, newest first. */
  findSessionKeys(user: UserNumber, sinceMs: number): Promise<Buffer[]>
  findUser(appId: string, openId: string): Promise<UserNumber | undefined>
}

export interface SignIn {
  appId: string
  openId: string
  /** Sealed at rest; `null` keeps the keys as they are. */
  sealedKey: Buffer | null
  tokenHash: Buffer
  expiresAtMs: number
  /** The phone's WeChat never shows a template message; absent: leave as it was. */
  belowMinimumVersion?: boolean
  nowMs: number
}

export interface Session {
  appId: string
  user: UserNumber
  openId: string
  expiresAtMs: number
}

// ---------------------------------------------------------------- events

export interface EventStore {
  /**
   * Records a batch of one user. Each event stands for itself: the results are in the order of the events.
   * A known event id is `duplicate`, and so is a credit that is known under another event id.
   */
  ingest(input: Ingest): Promise<EventResult[]>
}

export interface Ingest {
  appId: string
  user: UserNumber
  nowMs: number
  /** What one user may record a day; the rest is `retry: rate_limited`. */
  eventsPerDay: number
  events: DecodedEvent[]
}

export interface DecodedEvent {
  id: string
  type: string
  atMs: number
  /** The event as it came, without encrypted data and tickets; kept for a while. */
  raw: string
  /**
   * The data did not open with any kept key. The first time the event is not recorded and answered
   * `retry: session_stale`; the second time it is recorded without its group, `undecryptable`.
   */
  stale?: boolean
  fact: Fact
}

export type Fact =
  | { type: 'credits'; credits: NewCredit[] }
  | {
      type: 'share.started'
      shareId: string
      parentShareId?: string
      page: string
      path?: string
      title?: string
      from?: 'menu' | 'button' | 'timeline'
    }
  | {
      type: 'share.finished'
      shareId: string
      result: 'ok' | 'cancel' | 'fail'
      groups: GroupFact[]
    }
  | { type: 'share.opened'; shareId?: string; scene: number; page: string; group?: GroupFact }

export type GroupFact = { openGId: string } | { unavailable: GroupReason | (string & {}) }

export interface NewCredit {
  kind: CreditKind
  /** What must be shown to WeChat: formId, prepay_id, templateId. Unique per user and kind. */
  ref: string
  uses: number
  /** `null`: never. */
  endsAtMs: number | null
  usableUntilMs: number | null
  /** A further record of the same `ref` adds its uses (subscriptions) instead of being a duplicate. */
  addsUp?: boolean
  /** Keep at most so many live credits of this kind, the latest; the others die as `superseded`. */
  keepLive?: number
}

// ---------------------------------------------------------------- ledger

export interface LedgerStore {
  /** Records one credit of a user who need not be known yet. `duplicate`: the same ref was recorded before. */
  recordCredit(input: RecordCredit): Promise<'accepted' | 'duplicate'>
  /** Credits with uses that are free or reserved, soonest end first. An unknown user has none. */
  findCredits(appId: string, openId: string, nowMs: number): Promise<CreditRow[]>
  /**
   * All that was done with the credits of a user, oldest first within each credit. The sums of `uses` and of
   * `reserved` of a credit are what its row says; an entry goes when its credit does, after the end.
   */
  findHistory(appId: string, openId: string): Promise<HistoryEntry[]>
}

/** `superseded`: newer credits took its place (`keepLive`). `late`: its generation was over, nothing changed. */
export type CreditChange =
  'recorded' | 'reserved' | 'spent' | 'givenBack' | 'dead' | 'superseded' | 'expired' | 'late'

export interface HistoryEntry {
  credit: CreditId
  /** 1, 2, 3 … within the credit. */
  n: number
  change: CreditChange
  /** What the change did to the free uses, and to those that messages hold. */
  uses: number
  reserved: number
  message?: MessageId
  /** Of `dead`: a word. */
  reason?: string
  atMs: number
}

export interface RecordCredit {
  appId: string
  openId: string
  nowMs: number
  credit: NewCredit
}

export interface CreditRow {
  id: CreditId
  kind: CreditKind
  ref: string
  /** Free uses; those in `reserved` come on top. */
  usesLeft: number
  /** Held by messages that are on their way, and may come back. */
  reserved: number
  endsAtMs: number | null
  usableUntilMs: number | null
  belowMinimumVersion: boolean
}

// ---------------------------------------------------------------- messages: reserve, send, settle

export interface MessageStore {
  /**
   * Looks the idempotency key up and, when it is new, writes the message and reserves the credit that ends
   * first, in one transaction: no order of parallel callers reserves one use twice.
   */
  openMessage(input: OpenMessage): Promise<OpenedMessage>
  /**
   * Writes the outcome of one attempt. Only the holder of the lease may; anyone else gets `undefined` and
   * changes nothing.
   */
  settle(input: Settle): Promise<Settled | undefined>
  /**
   * Takes over messages that are queued and due, and messages whose holder died. Each comes with a lease
   * for `holder`. A message whose holder died carries `abandoned`: whether WeChat saw it, nobody knows.
   * A queued message is refused at once with `ifLate` after its deadline, with `ifNone` when no credit is left,
   * and with the channel's reason while that is stopped.
   */
  claimMessages(input: ClaimMessages): Promise<ClaimedMessage[]>
  findMessage(appId: string, id: MessageId): Promise<MessageRow | undefined>
  /** Stops sending on a channel of an app: `pause` until a time, `shut` until it is opened or probed. */
  stopChannel(input: ChannelStop): Promise<void>
  openChannel(appId: string, channel: Channel): Promise<void>
  /** Pauses that are over may be among them: compare `untilMs`. */
  findStops(appId: string): Promise<ChannelStop[]>
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
  nowMs: number
  /**
   * `spent`: the use is gone. `dead`: the credit is gone with all its uses. `givenBack`: as if nothing had
   * been. `kept`: stays reserved for the next attempt of this message. A credit that began a new generation since,
   * or died under another message, is not touched. Without meaning for a message that holds no credit.
   */
  credit: { fate: 'kept' } | { fate: 'spent' | 'givenBack' } | { fate: 'dead'; reason: string }
  /** `next`: reserve another credit for the same message; none left: refused with `ifNone`. */
  message:
    | { state: 'sent'; inferred?: boolean }
    | { state: 'refused' | 'unknown'; reason: MessageReason }
    | { state: 'queued'; dueInMs: number }
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
}

export interface ClaimMessages {
  holder: string
  nowMs: number
  leaseMs: number
  limit: number
  /** As in OpenMessage. */
  probeEveryMs: number
  ifNone: MessageReason
  ifLate: MessageReason
}

export interface ClaimedMessage {
  message: MessageRow
  /** Queued messages hold none until reserved: `claimMessages` reserves it; absent: the message is `refused`. */
  credit?: ReservedCredit
  /** As in OpenedMessage. */
  probe: boolean
  abandoned: boolean
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
  creditsBurnt: number
  createdAtMs: number
  deadlineMs: number
  settledAtMs: number | undefined
}

export interface ChannelStop {
  appId: string
  channel: Channel
  kind: 'pause' | 'shut'
  /** `pause` only. */
  untilMs: number | null
  reason: MessageReason
  atMs: number
}

// ---------------------------------------------------------------- shares and groups

export interface ShareStore {
  findGroup(appId: string, openGId: string, page: Page): Promise<GroupReply | undefined>
  findShare(
    appId: string,
    shareId: string,
    page: Page & { depth: number },
  ): Promise<ShareReply | undefined>
}

export interface Page {
  limit: number
  /** Opaque, from an earlier reply; anything else is read as the beginning. */
  cursor?: string
}
