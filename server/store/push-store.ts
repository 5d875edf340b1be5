/** Pushes of WeChat (消息推送). Part of the store: see store.ts. */
import type { CreditKind, MessageReason, PushesReply } from '../../shared/wire/index.ts'
import type { NewCredit, Page } from './event-store.ts'
import type { EraseUser } from './user-data-store.ts'

export interface PushStore {
  /**
   * Records a push and its effects, in one transaction. `duplicate`: the same push came within the
   * last 48 hours, and nothing changes.
   */
  recordPush(input: RecordPush): Promise<'accepted' | 'duplicate'>
  /** Those of the last 48 hours, newest first. */
  findPushes(appId: string, page: Page): Promise<PushesReply>
}

export interface RecordPush {
  appId: string
  openId: string
  /** The MsgType of a message, the Event of an event. */
  type: string
  /** The same for every delivery of one push of one app. */
  dedupeKey: string
  /** When it happened, by the platform's clock. */
  atMs: number
  nowMs: number
  record: PushRecord
}

export type PushRecord =
  /** No effect on the ledger. */
  | { type: 'none' }
  /** Renews the user's customer-service allowance. */
  | { type: 'window'; window: CustomerWindow }
  /**
   * Credits of the kind `subscription`. Each is matched with the phone's report of the same
   * consent.
   */
  | { type: 'consents'; credits: NewCredit[] }
  /** All uses for these templates are gone, also the reserved ones. */
  | { type: 'revoked'; templateIds: string[] }
  | { type: 'deliveries'; deliveries: Delivery[] }
  /** Erases the user, as `eraseUser` does. The audit tells of it. */
  | ({ type: 'erased' } & Pick<EraseUser, 'ifQueued' | 'ifSending'>)

export interface CustomerWindow {
  kind: Extract<CreditKind, 'entered' | 'wrote'>
  uses: number
  endsAtMs: number
  usableUntilMs: number
}

/** WeChat's delivery report of a subscribe message. */
export interface Delivery {
  templateId: string
  /** WeChat's own id of the message, if the push has one. */
  platformId?: string
  /** Why it did not arrive. Absent: it arrived. */
  reason?: MessageReason
}
