/** What WeChat pushes. Part of the store: see store.ts. */
import type { CreditKind, MessageReason } from '../../shared/wire/index.ts'
import type { NewCredit } from './event-store.ts'

export interface PushStore {
  /**
   * Writes that a push came, and what it brings, in one transaction. `duplicate`: the same push came within the last
   * 48 hours, also before a restart; nothing is changed.
   */
  recordPush(input: RecordPush): Promise<'accepted' | 'duplicate'>
}

export interface RecordPush {
  appId: string
  openId: string
  /** The same for every delivery of one push of one app. */
  dedupeKey: string
  /** When it happened, by the platform's clock. */
  atMs: number
  nowMs: number
  record: PushRecord
}

export type PushRecord =
  /** Nothing for the book. */
  | { type: 'none' }
  /** Renews the user's one allowance of customer service. */
  | { type: 'window'; window: CustomerWindow }
  /** Credits of the kind `subscription`, each matched with what the phone told of it. */
  | { type: 'consents'; credits: NewCredit[] }
  /** All uses of these templates are gone, those that messages hold too. */
  | { type: 'revoked'; templateIds: string[] }
  | { type: 'deliveries'; deliveries: Delivery[] }

export interface CustomerWindow {
  kind: Extract<CreditKind, 'entered' | 'wrote'>
  uses: number
  endsAtMs: number
  usableUntilMs: number
}

/** What became of a subscribe message. */
export interface Delivery {
  templateId: string
  /** WeChat's own id of the message, where it was told. */
  platformId?: string
  /** Why it did not arrive; absent: it did. */
  reason?: MessageReason
}
