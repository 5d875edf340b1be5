/** Broadcasts and their recipients. Part of the store: see store.ts. */
import type { BroadcastResult, BroadcastState, RecipientState } from '../../shared/codes.ts'
import type { BroadcastCounts, CreditKind } from '../../shared/wire/index.ts'
import type { Page } from './event-store.ts'
import type { BroadcastNumber, MessageId, UserNumber } from './ids.ts'
import type { Sender, SendLimit } from './message-store.ts'

export interface BroadcastStore {
  /** Once for each key of the app. */
  createBroadcast(input: CreateBroadcast): Promise<CreatedBroadcast>
  findBroadcast(appId: string, id: string): Promise<BroadcastRow | undefined>
  /** Newest first. */
  findBroadcasts(
    appId: string,
    page: Page & { state?: BroadcastState },
  ): Promise<{ broadcasts: BroadcastRow[]; cursor?: string }>
  /** How many broadcasts of the app are in a state, for each of those that there are. */
  countBroadcasts(appId: string): Promise<StateCount[]>
  /** How many recipients have a state for a reason. */
  countReasons(broadcast: BroadcastNumber): Promise<ReasonCount[]>
  /** What came of it, by the hour. */
  findResults(broadcast: BroadcastNumber): Promise<ResultCount[]>
  /** How many of its first recipients were active after `fromMs`. */
  compareHeldOut(input: CompareHeldOut): Promise<{ heldOut: ComparedUsers; sent: ComparedUsers }>
  /**
   * In the order of their users. A page looks at a limited number of recipients, so that it may be
   * short, or empty, although there is a `cursor`.
   */
  findRecipients(
    broadcast: BroadcastNumber,
    page: Page & { state?: RecipientState },
  ): Promise<{ recipients: RecipientRow[]; cursor?: string }>
  /**
   * Adds recipients to a draft, and users that are new. Each user is a recipient once: of several
   * with the same openId the first one stands. `undefined`: the broadcast is no draft any more.
   */
  addRecipients(input: AddRecipients): Promise<{ added: number } | undefined>
  /**
   * Changes the state, where the change is one of `BroadcastMove`. Any other broadcast stays as it
   * is. `undefined`: the app has no such broadcast.
   */
  moveBroadcast(input: MoveBroadcast): Promise<MovedBroadcast | undefined>

  /**
   * Counts the users that `openAudience` would add now, of the next ones. Called with `next` until
   * there is none, it counts each once.
   */
  countAudience(input: CountAudience): Promise<CountedUsers>
  /** The same of the recipients that wait. */
  countWaiting(input: CountWaiting): Promise<CountedUsers>

  // What runs them.

  /** Those that are scheduled or run and are due, the one that was served least recently first. */
  findDueBroadcasts(input: { nowMs: number; limit: number }): Promise<BroadcastRow[]>
  /**
   * Adds the next users that hold a usable credit to the recipients. False: the broadcast does not
   * run now, or another process serves it.
   */
  openAudience(input: OpenAudience): Promise<boolean>
  /** Leases the next recipients: see `LeasedRecipients`. */
  leaseRecipients(input: LeaseRecipients): Promise<LeasedRecipients>
  /** Leases recipients of any broadcast whose lease has ended, and those of dead holders. */
  takeOverRecipients(input: { limit: number; leaseMs: number }): Promise<TakenOver[]>
  /**
   * Records what became of leased recipients, and moves the counts. One that was settled before, or
   * given back since, stays as it is. The last one ends a broadcast that runs.
   */
  settleRecipients(input: SettleRecipients): Promise<SettledRecipients>
  /** Nothing more is leased until then. Has no effect on a broadcast that does not run. */
  holdBroadcast(input: HoldBroadcast): Promise<void>
}

export interface CreateBroadcast {
  appId: string
  id: string
  /** SHA-256 of the caller's key, and of the request. */
  keyHash: Buffer
  bodyHash: Buffer
  /** JSON, which only broadcasts/ reads. */
  plan: string
  nowMs: number
  startAtMs?: number
  /** Default: `broadcastRules.lastsMs` from its start. */
  deadlineMs?: number
  /** `list`: recipients are uploaded. `holders`: it begins by itself, and finds them. */
  from: 'list' | 'holders'
  sentBy?: Sender
}

export type CreatedBroadcast =
  | { was: 'created' | 'replayed'; broadcast: BroadcastRow }
  /** The key was used for another request. */
  | { was: 'conflict' }

export interface BroadcastRow {
  number: BroadcastNumber
  appId: string
  id: string
  plan: string
  state: BroadcastState
  createdAtMs: number
  startAtMs?: number
  startedAtMs?: number
  endedAtMs?: number
  deadlineMs?: number
  /** Nothing is sent before. */
  dueMs: number
  /** Its audience is not complete yet. */
  isOpening: boolean
  counts: BroadcastCounts
  /** Of recipients settled in a minute, by the last ones. */
  perMinute: number
  /** Why it is held or paused. */
  reason?: string
  sentBy?: Sender
}

export interface StateCount {
  state: BroadcastState
  count: number
}

export interface ReasonCount {
  state: RecipientState
  reason: string
  count: number
}

export interface ResultCount {
  hourMs: number
  result: BroadcastResult
  count: number
}

export interface CompareHeldOut {
  broadcast: BroadcastNumber
  fromMs: number
}

export interface ComparedUsers {
  users: number
  /** Whose phone reported an event within `broadcastRules.resultWithinMs`. */
  active: number
}

export interface RecipientRow {
  /** `undefined`: the user was erased. */
  openId: string | undefined
  state: RecipientState
  reason?: string
  messageId?: MessageId
  openedAtMs?: number
  renewedAtMs?: number
}

export interface AddRecipients {
  broadcast: BroadcastNumber
  recipients: readonly NewRecipient[]
  /** See `Holdout`. */
  holdout?: Holdout | undefined
}

/**
 * So many per cent, chosen by a hash of the broadcast's id and the user's number, the same on every
 * engine. They are recipients whose state is `heldOut`. Absent: nobody.
 */
export type Holdout = number

export interface NewRecipient {
  openId: string
  /** JSON of the fields. */
  data?: string
  page?: string
}

/**
 * - `start`: a draft → `scheduled`, `running`
 * - `pause`: `scheduled`, `running` → `paused`
 * - `resume`: `paused` → `scheduled`, `running`
 * - `cancel`: all but `done` → `cancelled`
 */
export type BroadcastMove = 'start' | 'pause' | 'resume' | 'cancel'

export interface MoveBroadcast {
  appId: string
  id: string
  to: BroadcastMove
  nowMs: number
  /** With `pause`. */
  reason?: string
}

export interface MovedBroadcast {
  broadcast: BroadcastRow
  /** Whether this call changed it. */
  changed: boolean
}

/** Which credits the messages could use, as in OpenMessage. */
export interface SpendableCredits {
  kinds: readonly CreditKind[]
  ref?: string
}

/** Users who hold a usable credit, and whom each of the rest that is given lets through. */
export interface Audience extends SpendableCredits {
  /** The credit carries it. */
  tag?: string
  /**
   * An event of the user was received since then, or a push that is no delivery report. Events are
   * deleted after 30 days: of a time before that, its whole day (UTC) counts.
   */
  activeSinceMs?: number
  /** The user was seen in the group. Nobody was in one that is not known. */
  openGId?: string
  /** The user came by the share. */
  shareId?: string
}

export interface OpenAudience extends Audience {
  broadcast: BroadcastNumber
  nowMs: number
  /** Credits that are looked at. */
  step: number
  holdout?: Holdout | undefined
}

interface CountUsers {
  nowMs: number
  /** Whom the limit of a day refuses is counted for itself. */
  perDay?: Pick<NonNullable<SendLimit['perDay']>, 'day' | 'most'> | undefined
  /** Credits, or recipients, that are looked at. */
  step: number
  /** `next` of the step before. */
  after?: number | undefined
}

export interface CountAudience extends Audience, CountUsers {
  appId: string
}

export interface CountWaiting extends SpendableCredits, CountUsers {
  broadcast: BroadcastNumber
}

/** Each user once. */
export interface CountedUsers {
  /** Who could be sent to now. */
  reachable: number
  /** Of these: their message uses up no credit, since theirs has no limit. */
  unlimited: number
  /** Who would be refused now, by the reason. */
  refused: { user_limit: number; no_credit: number; user_unknown: number }
  next?: number
}

export interface LeaseRecipients {
  broadcast: BroadcastNumber
  nowMs: number
  leaseMs: number
  limit: number
  /** Milliseconds between two messages. Absent: as many as `limit` says. */
  paceMs?: number
}

/** `more`: another call at once would find more, of this broadcast. */
export interface LeasedRecipients {
  recipients: LeasedRecipient[]
  more: boolean
  /** Those that were refused, since the deadline has passed. */
  settled?: SettledRecipients
}

/** What was settled by one call. */
export interface SettledRecipients {
  appId: string
  counts: SettledCount[]
}

export interface SettledCount {
  state: 'sent' | 'refused' | 'unknown'
  /** Empty: none. */
  reason: string
  count: number
}

export interface LeasedRecipient {
  user: UserNumber
  /** `undefined`: the user was erased. */
  openId: string | undefined
  tries: number
  data?: string
  page?: string
}

/** Whether the message was sent is unknown. Where the broadcast does not run, none is to begin. */
export interface TakenOver extends LeasedRecipient {
  broadcast: BroadcastRow
}

export interface SettleRecipients {
  broadcast: BroadcastNumber
  nowMs: number
  outcomes: readonly RecipientOutcome[]
}

export interface RecipientOutcome {
  user: UserNumber
  /** As it was leased. */
  tries: number
  messageId?: MessageId
  to:
    | { state: 'sent' | 'refused' | 'unknown'; reason?: string }
    /** Nothing was sent: another try, with another key, is due then. */
    | { state: 'waiting'; dueMs: number }
    /** The message is under way: its outcome is looked for then. */
    | { state: 'sending'; dueInMs: number }
}

export interface HoldBroadcast {
  broadcast: BroadcastNumber
  nowMs: number
  untilMs: number
  reason: string
}
