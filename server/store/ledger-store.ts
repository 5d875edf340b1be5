/** Credits, and the history of all that was done with them. Part of the store: see store.ts. */
import type { CreditKind } from '../../shared/wire/index.ts'
import type { NewCredit } from './event-store.ts'
import type { CreditId, MessageId } from './ids.ts'

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

/**
 * `superseded`: newer credits took its place (`keepLive`). `late`: its generation was over, nothing changed.
 * `renewed`: a window of customer service began a new generation, whatever was left or held of the last.
 */
export type CreditChange =
  | 'recorded'
  | 'reserved'
  | 'spent'
  | 'givenBack'
  | 'dead'
  | 'superseded'
  | 'expired'
  | 'late'
  | 'renewed'

export interface HistoryEntry {
  credit: CreditId
  /** 1, 2, 3 … within the credit. */
  n: number
  change: CreditChange
  /** What the change did to the free uses, and to those that messages hold. Of a credit without a limit `uses` is 0. */
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
  /** Free uses; those in `reserved` come on top. `null`: no limit. */
  usesLeft: number | null
  /** Reservation by messages that are on their way, and may come back. */
  reserved: number
  endsAtMs: number | null
  usableUntilMs: number | null
  belowMinimumVersion: boolean
}
