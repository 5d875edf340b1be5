/** Rights to write to a user, and payments that backends report. */
import type { CreditKind, RefusalCode } from '../codes.ts'
import type { Channel } from './messages.ts'

export type { CreditKind }

/** `GET /v1/users/:openId/credits` */
export interface CreditsReply {
  credits: Credit[]
  canReceive: CanReceive
}

export interface Credit {
  id: string
  kind: CreditKind
  channel: Channel
  templateId?: string
  /** Absent: no limit (a long-term subscription). */
  usesLeft?: number
  expiresAt?: string
  /**
   * The user's WeChat (before 6.5.2) shows no template message. Such a credit is spent last, and
   * `canReceive` does not count it.
   */
  belowMinimumVersion?: boolean
  /** Words that pages have put on the right, by `tag` of an event. */
  tags?: string[]
}

/**
 * What can be sent now. `null` uses of a template: no limit. `until` is the latest end of a credit;
 * absent: no credit ends.
 */
export interface CanReceive {
  template: { uses: number; until?: string; refused?: RefusalCode }
  subscribe: Record<string, number | null>
  customer: { uses: number; until?: string; refused?: RefusalCode }
}

/** `GET /v1/rights` */
export type RightsReply = CanReceive

/** `GET /v1/users/:openId/credits/history` */
export interface CreditHistoryReply {
  /** The credit that changed last comes first, those among them that ended days ago. */
  credits: CreditWithHistory[]
  /** Earlier changes are left out: only the latest 2,000 of the user are shown. */
  truncated?: true
}

export interface CreditWithHistory extends Credit {
  /** Uses that messages under way hold. */
  reserved: number
  /** Oldest first. */
  history: CreditEvent[]
}

/**
 * A change of a credit: the deltas are added to its free and to its reserved uses.
 * - `recorded`: it arose, or got more uses
 * - `reserved`, `spent`, `givenBack`: by the message
 * - `dead`: WeChat refused it for `reason`, or the user was erased
 * - `superseded`: newer ones took its place
 * - `expired`: its time ended
 * - `renewed`: a customer-service window opened again
 * - `late`: an outcome of an earlier window, which changed nothing
 */
export interface CreditEvent {
  at: string
  change:
    | 'recorded'
    | 'reserved'
    | 'spent'
    | 'givenBack'
    | 'dead'
    | 'superseded'
    | 'expired'
    | 'late'
    | 'renewed'
  usesDelta: number
  reservedDelta: number
  messageId?: string
  reason?: string
}

/** `GET /v1/users` */
export interface UsersQuery {
  /** Default: credits of every kind. */
  kind?: CreditKind
  /** Of a subscribe message. Default: every template, and credits without one. */
  templateId?: string
  limit?: number
  cursor?: string
}

/**
 * `GET /v1/users`: who holds a usable credit. While there is a `cursor` there are more, although a
 * page may hold fewer than `limit` or none.
 */
export interface UsersReply {
  users: CreditHolder[]
  cursor?: string
}

export interface CreditHolder {
  openId: string
  /** Messages that can be sent for these credits. Absent: no limit. */
  uses?: number
  /** The latest end. Absent: none of these credits ends. */
  until?: string
}

/** `GET /v1/credits/summary`: the credits that can be used, by kind and template. */
export interface CreditsSummaryReply {
  /** The sums are those of then: a minute ago, or longer where computing them takes long. */
  computedAt: string
  credits: CreditsSummary[]
}

export interface CreditsSummary {
  kind: CreditKind
  /** Of a subscription. Absent there: all templates beyond the first 200. */
  templateId?: string
  users: number
  /** Of credits with a limit. */
  uses: number
  /** Credits without a limit (long-term subscriptions). */
  unlimited: number
  /** Uses that end within an hour, 24 hours, seven days. */
  endingWithin: { hour: number; day: number; week: number }
  /** Uses by the day on which they end, in Shanghai: `2026-12-31`. */
  endingByDay: { day: string; uses: number }[]
  /** Uses by the hour in which they end: `at` is when it begins. */
  endingByHour: { at: string; uses: number }[]
}

/** `POST /v1/credits/payment` */
export interface PaymentCreditRequest {
  openId: string
  prepayId: string
}

export interface PaymentCreditReply {
  status: 'accepted' | 'duplicate'
}
