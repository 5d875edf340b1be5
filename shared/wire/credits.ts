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
}

/** `POST /v1/credits/payment` */
export interface PaymentCreditRequest {
  openId: string
  prepayId: string
}

export interface PaymentCreditReply {
  status: 'accepted' | 'duplicate'
}
