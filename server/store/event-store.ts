/**
 * What phones report: events, and the groups and shares in them. Part of the store: see store.ts.
 */
import type { GroupReason } from '../../shared/codes.ts'
import type {
  CreditKind,
  EventResult,
  GroupReply,
  GroupsReply,
  ShareReply,
  SharesReply,
  ShareStarted,
} from '../../shared/wire/index.ts'
import type { UserNumber } from './ids.ts'

export interface EventStore {
  /**
   * Records a batch of one user. The results are in the order of the events, and independent of
   * each other. `duplicate`: the event's id is known, or its credits are known from other events.
   */
  ingest(input: Ingest): Promise<EventResult[]>
}

export interface Ingest {
  appId: string
  user: UserNumber
  nowMs: number
  /** Events that a user may record a day. The rest is `retry: rate_limited`. */
  eventsPerDay: number
  events: DecodedEvent[]
}

export interface DecodedEvent {
  id: string
  type: string
  atMs: number
  /** The event as it came, without encrypted data and tickets. Kept for a while. */
  raw: string
  /**
   * No session key decrypts the data. The first time the event is not recorded, and its result is
   * `retry: session_stale`. The second time it is recorded without its group, as `undecryptable`.
   */
  stale?: boolean
  record: EventRecord
}

export type EventRecord =
  | { type: 'credits'; credits: NewCredit[]; tag?: string }
  /** What the phone reports, without the envelope. */
  | Omit<ShareStarted, 'id' | 'at'>
  | {
      type: 'share.finished'
      shareId: string
      result: 'ok' | 'cancel' | 'fail'
      groups: GroupRecord[]
    }
  | { type: 'share.opened'; shareId?: string; scene: number; page: string; group?: GroupRecord }

export type GroupRecord = { openGId: string } | { unavailable: GroupReason | (string & {}) }

export interface NewCredit {
  kind: CreditKind
  /** What a call presents to WeChat: formId, prepay_id, templateId. Unique per user and kind. */
  ref: string
  /** `null`: no limit. */
  uses: number | null
  /** `null`: never. */
  endsAtMs: number | null
  usableUntilMs: number | null
  /**
   * A further credit with the same `ref` adds its uses (subscriptions). Default: it is a duplicate.
   */
  addsUp?: boolean
  /** The latest so many live credits of this kind are kept. The others die as `superseded`. */
  keepLive?: number
}

/** Groups, and the trees of shares. */
export interface ShareStore {
  /** The group that became known last comes first. */
  findGroups(appId: string, page: Page): Promise<GroupsReply>
  /**
   * The share that became known last comes first. A page looks at a limited number of shares, so
   * that it may be short, or empty, although there is a `cursor`.
   */
  findShares(
    appId: string,
    page: Page & { openId?: string; openGId?: string },
  ): Promise<SharesReply>
  findGroup(appId: string, openGId: string, page: Page): Promise<GroupReply | undefined>
  findShare(
    appId: string,
    shareId: string,
    page: Page & { depth: number },
  ): Promise<ShareReply | undefined>
}

export interface Page {
  limit: number
  /** From an earlier reply. Anything else gives the first page. */
  cursor?: string
}
