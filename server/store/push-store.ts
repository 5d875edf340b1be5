/** Pushes of WeChat (消息推送). Part of the store: see store.ts. */
import type {
  CreditKind,
  CustomerWindowsReply,
  MessageReason,
  PushContent,
  PushesReply,
} from '../../shared/wire/index.ts'
import type { NewCredit, Page } from './event-store.ts'
import type { MessageRow } from './message-store.ts'
import type { EraseUser } from './user-data-store.ts'

export interface PushStore {
  /**
   * Records a push and its effects, in one transaction. `duplicate`: the same push came within the
   * last 48 hours, and nothing changes.
   */
  recordPush(input: RecordPush): Promise<'accepted' | 'duplicate'>
  /** Whether `keepForwarded` was called for this push. */
  isForwarded(push: PushKey): Promise<boolean>
  /** The backend that pushes are forwarded to has taken this one. */
  keepForwarded(push: PushKey): Promise<void>
  /** Those of the last 48 hours, newest first, with their content while it is kept. */
  findPushes(appId: string, page: Page & { nowMs: number }): Promise<PushesReply>
  /**
   * What a user wrote and what customer service sent, newest first. As of `findMessages`, a page
   * may be short.
   */
  findConversation(
    appId: string,
    openId: string,
    page: Page & { nowMs: number },
  ): Promise<{ entries: ConversationRow[]; cursor?: string }>
  /** Users with an open window of customer service, by their latest push. */
  findWindows(appId: string, page: Page & { nowMs: number }): Promise<CustomerWindowsReply>
}

export interface PushKey {
  appId: string
  /** The same for every delivery of one push of one app. */
  dedupeKey: string
}

export interface RecordPush extends PushKey {
  openId: string
  /** The MsgType of a message, the Event of an event. */
  type: string
  /** When it happened, by the platform's clock. */
  atMs: number
  nowMs: number
  record: PushRecord
  /** Kept if the push is of a known user. */
  content?: KeptContent
}

export interface KeptContent {
  /** JSON. */
  text: string
  /** It is deleted then. */
  endsAtMs: number
}

export type ConversationRow =
  { by: 'user'; receivedAtMs: number; content: PushContent } | { by: 'app'; message: MessageRow }

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
