/**
 * The change feed: what happened, in order, for those that watch. Part of the store: see store.ts.
 */
import type { BroadcastState, SettledState } from '../../shared/codes.ts'
import type {
  BroadcastCounts,
  Channel,
  CreditKind,
  MessageReason,
} from '../../shared/wire/index.ts'
import type { MessageId } from './ids.ts'

/**
 * A change is written in the transaction that makes it, and only while somebody watches its app: a
 * change that begins after `watchChanges` has resolved is written, and so is none that was undone.
 */
export interface ChangeStore {
  /**
   * Has all changes of an app written for `forMs` of the engine's clock. Returns the position after
   * which its reader begins. A further call, before the end, lets it last longer.
   */
  watchChanges(input: WatchChanges): Promise<number>
  /**
   * The next changes of an app behind a position, in the order of their positions. A change that is
   * committed later than another has the higher position, so that a reader misses none.
   * `undefined`: changes behind the position were deleted, or were not written, since nobody
   * watched. The reader then begins anew, at a position of `watchChanges`.
   */
  readChanges(input: ReadChanges): Promise<Change[] | undefined>
  /** Ends the leases of `watchChanges` that are over. Returns how many apps are watched no more. */
  endWatches(): Promise<number>
}

export interface WatchChanges {
  appId: string
  forMs: number
}

export interface ReadChanges {
  appId: string
  after: number
  limit: number
}

export type Change = {
  position: number
  atMs: number
  /** Absent: it concerns no user, or one who was erased. */
  openId?: string
} & ChangeDetail

export type ChangeType = ChangeDetail['type']

export type ChangeDetail =
  | { type: 'message.created'; message: MessageId }
  | ({ type: 'message.settled'; message: MessageId } & MessageOutcome)
  | ({ type: 'credit.recorded' | 'credit.ending' } & CreditDetail)
  | { type: 'subscription.revoked'; templateId: string }
  | { type: 'group.joined'; openGId: string }
  | { type: 'arrival.recorded'; scene: number; shareId?: string; openGId?: string }
  /** `event`: as `RecordPush` has the type. */
  | { type: 'push.received'; event: string }
  | ({ type: 'channel.suspended'; channel: Channel } & Suspended)
  | ({ type: 'broadcast.changed' } & BroadcastStanding)

/** A message that is `unknown` may become `sent` or `refused` later. */
export interface MessageOutcome {
  state: SettledState
  inferred?: boolean
  reason?: MessageReason
}

export interface CreditDetail {
  kind: CreditKind
  /** Of a subscription. */
  templateId?: string
  /** Those that were recorded; of one that ends: those that are left. `null`: no limit. */
  uses: number | null
  /** `null`: never. */
  endsAtMs: number | null
}

/** How a broadcast stands: after each change of its state, and of its counts now and then. */
export interface BroadcastStanding {
  id: string
  state: BroadcastState
  /** Why it is held or paused. */
  reason?: string
  counts: BroadcastCounts
}

export interface Suspended {
  kind: 'pause' | 'shut'
  /** Of a pause. */
  untilMs: number | null
  reason: MessageReason
}
