/** Credits and their history. Part of the store: see store.ts. */
import type { CreditKind } from '../../shared/wire/index.ts'
import type { NewCredit, Page } from './event-store.ts'
import type { CreditId, MessageId } from './ids.ts'

export interface LedgerStore {
  /** Records a credit. Adds the user if new. `duplicate`: the same ref was recorded before. */
  recordCredit(input: RecordCredit): Promise<'accepted' | 'duplicate'>
  /** Credits with uses that are free or reserved, soonest end first. An unknown user has none. */
  findCredits(appId: string, openId: string, nowMs: number): Promise<CreditRow[]>
  /**
   * Users with usable credits, in no order of time: the latest number first. A page looks at a
   * limited number of credits, so that it may be short, or empty, although there is a `cursor`.
   */
  findHolders(appId: string, page: HolderPage): Promise<{ users: Holder[]; cursor?: string }>
  /**
   * Sums of the usable credits of all apps, of the next users. Called with `next` until there is
   * none, it counts each user once.
   */
  sumCredits(input: { nowMs: number; before?: number | undefined }): Promise<CreditSums>
  /**
   * All changes of a user's credits, oldest first within each credit. The sums of `usesDelta` and
   * of `reservedDelta` of a credit equal its row. A sweep deletes a credit's history with the
   * credit.
   */
  findHistory(appId: string, openId: string): Promise<HistoryEntry[]>
  /**
   * The last `limit` changes of a user's credits, the latest first, and the credits that they are
   * of, live or not.
   */
  findLatestHistory(
    appId: string,
    openId: string,
    limit: number,
  ): Promise<{ credits: CreditRow[]; changes: HistoryEntry[] }>
}

/**
 * `superseded`: newer credits took its place (`keepLive`). `late`: its generation was over, nothing
 * changed. `renewed`: a customer-service window began a new generation, and the old one's uses are
 * gone.
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
  /** 1, 2, 3, … within the credit. */
  n: number
  change: CreditChange
  /** Added to the free uses. 0 for a credit without a limit. */
  usesDelta: number
  /** Added to the reserved uses. */
  reservedDelta: number
  message?: MessageId
  /** With `dead`. */
  reason?: string
  atMs: number
}

export interface RecordCredit {
  appId: string
  openId: string
  nowMs: number
  credit: NewCredit
}

export interface HolderPage extends Page {
  nowMs: number
  /** Default: of every kind. */
  kind?: CreditKind
  /** Default: every template, and credits without one. */
  templateId?: string
}

/** A user with the sum of their usable credits. Erased users have none. */
export interface Holder {
  openId: string
  /** Free uses. `null`: no limit. */
  uses: number | null
  /** The latest end. `null`: none of the credits ends. */
  endsAtMs: number | null
}

export interface CreditSums {
  sums: CreditSum[]
  ending: EndingUses[]
  next?: number
}

export interface CreditKey {
  appId: string
  kind: CreditKind
  /** Of a subscription. */
  templateId?: string
}

export interface CreditSum extends CreditKey {
  users: number
  /** Of credits with a limit; `hour`, `day`, `week`: those of them that end within it. */
  uses: number
  hour: number
  day: number
  week: number
  /** Credits without a limit. */
  unlimited: number
}

export interface EndingUses extends CreditKey {
  /** Since 1970. */
  hour: number
  uses: number
}

export interface CreditRow {
  id: CreditId
  kind: CreditKind
  ref: string
  /** Free uses; those in `reserved` come on top. `null`: no limit. */
  usesLeft: number | null
  /** Uses that messages under way hold, and may give back. */
  reserved: number
  endsAtMs: number | null
  usableUntilMs: number | null
  belowMinimumVersion: boolean
  /** In their order. */
  tags: string[]
}
