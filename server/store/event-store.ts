/** What phones captured: events, and the groups and shares among them. Part of the store: see store.ts. */
import type { GroupReason } from '../../shared/codes.ts'
import type { CreditKind, EventResult, GroupReply, ShareReply } from '../../shared/wire/index.ts'
import type { UserNumber } from './ids.ts'

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
  record: EventRecord
}

export type EventRecord =
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
      groups: GroupRecord[]
    }
  | { type: 'share.opened'; shareId?: string; scene: number; page: string; group?: GroupRecord }

export type GroupRecord = { openGId: string } | { unavailable: GroupReason | (string & {}) }

export interface NewCredit {
  kind: CreditKind
  /** What must be shown to WeChat: formId, prepay_id, templateId. Unique per user and kind. */
  ref: string
  /** `null`: no limit. */
  uses: number | null
  /** `null`: never. */
  endsAtMs: number | null
  usableUntilMs: number | null
  /** A further record of the same `ref` adds its uses (subscriptions) instead of being a duplicate. */
  addsUp?: boolean
  /** Keep at most so many live credits of this kind, the latest; the others die as `superseded`. */
  keepLive?: number
}

/** Groups, and the trees of shares. */
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
  /** From an earlier reply. Anything else gives the first page. */
  cursor?: string
}
