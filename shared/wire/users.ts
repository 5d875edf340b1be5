/** What is kept of a user. */
import type { EventType, RecipientState } from '../codes.ts'
import type { AuditEntry } from './audit.ts'
import type { Credit, CreditKind } from './credits.ts'
import type { MessageWithCalls } from './messages.ts'
import type { PushContent, ReceivedPush } from './pushes.ts'
import type { ShareNode } from './shares.ts'

/** `DELETE /v1/users/:openId` */
export interface ErasedReply {
  /** `false`: nothing was kept of such a user. */
  erased: boolean
  /**
   * Calls to WeChat that had begun before and have no outcome after ten seconds: their messages may
   * still arrive.
   */
  callsUnderWay: number
}

/** `GET /v1/users/:openId/export` */
export interface ExportReply extends ExportedParts {
  appId: string
  openId: string
  exportedAt: string
  /** Parts with more than 10,000 rows, of which the export has that many. */
  truncated: (keyof ExportedParts)[]
}

/** Of each table, the rows of the user. Unknown users have none. */
export interface ExportedParts {
  /** The user themself: none or one. */
  profile: { belowMinimumVersion: boolean }[]
  sessions: { expiresAt: string }[]
  sessionKeys: { receivedAt: string }[]
  events: ExportedEvent[]
  credits: ExportedCredit[]
  creditHistory: ExportedChange[]
  messages: ExportedMessage[]
  broadcasts: ExportedRecipient[]
  consents: ExportedConsent[]
  customerWindows: ExportedWindow[]
  shares: ShareNode[]
  arrivals: ExportedArrival[]
  groups: { openGId: string; firstSeenAt: string }[]
  pushes: Omit<ReceivedPush, 'openId' | 'content'>[]
  /** What is kept of what WeChat pushed. */
  pushContents: { receivedAt: string; content: PushContent }[]
  /** What counts towards the limits of the latest day of the user, in UTC or in Shanghai. */
  dailyCounts: { counted: 'events' | 'messages'; day: string; count: number }[]
  audit: AuditEntry[]
}

/** An event of the phone, as it is stored: pages without their query. */
export interface ExportedEvent {
  id: string
  type: EventType
  at: string
  receivedAt: string
  fields: Record<string, unknown>
  /** What was decrypted for it. */
  result?: Record<string, unknown>
}

export interface ExportedCredit extends Credit {
  formId?: string
  prepayId?: string
  /** Uses that messages under way hold. */
  reserved: number
}

/** A change of a credit: the deltas are added to its free and to its reserved uses. */
export interface ExportedChange {
  credit: string
  /** 1, 2, 3, … within the credit. */
  n: number
  at: string
  change: string
  usesDelta: number
  reservedDelta: number
  messageId?: string
  reason?: string
}

export interface ExportedMessage extends MessageWithCalls {
  /** WeChat's own id of the message. */
  platformId?: string
}

/** That the user is a recipient of a broadcast. */
export interface ExportedRecipient {
  broadcastId: string
  state: RecipientState
  reason?: string
  messageId?: string
  /** What fills the fields of its texts, until it is sent. */
  data?: Record<string, string>
  page?: string
  openedAt?: string
  renewedAt?: string
}

/** Consents that count, or (`revoked`) until when none does. */
export interface ExportedConsent {
  templateId: string
  from: 'phone' | 'push' | 'revoked'
  at: string
  count: number
}

export interface ExportedWindow {
  kind: CreditKind
  at: string
  uses: number
  usableUntil: string
  expiresAt: string
}

export interface ExportedArrival {
  at: string
  receivedAt: string
  scene: number
  page: string
  shareId?: string
  openGId?: string
}
