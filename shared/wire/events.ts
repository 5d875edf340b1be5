/** What a phone captured. */
import type { EventReason, EventStatus, GroupReason } from '../codes.ts'
import type { FieldError } from './problems.ts'

/** Encrypted data of `wx.getShareInfo` or `wx.getGroupEnterInfo`, or why there is none. */
export type Group =
  | { source: 'shareInfo' | 'groupEnterInfo'; encryptedData: string; iv: string }
  | { unavailable: string }

interface EventBase {
  /** 8 to 64 URL-safe characters, made on the phone. The server recognises a duplicate by it. */
  id: string
  /** Milliseconds since the epoch, by the phone's clock. */
  at: number
}

export interface FormSubmitted extends EventBase {
  type: 'form.submitted'
  formId: string
  page: string
  /** A word on the rights that arise, by which audiences are chosen. */
  tag?: string
}

export interface PaymentMade extends EventBase {
  type: 'payment.made'
  prepayId: string
}

export interface SubscriptionAnswered extends EventBase {
  type: 'subscription.answered'
  /** templateId → the platform's word (`accept`, `reject`, `ban`, …). */
  answers: Record<string, string>
  /** A word on the rights that arise, by which audiences are chosen. */
  tag?: string
}

export interface ShareStarted extends EventBase {
  type: 'share.started'
  shareId: string
  parentShareId?: string
  page: string
  path?: string
  title?: string
  from?: 'menu' | 'button' | 'timeline'
}

export interface ShareFinished extends EventBase {
  type: 'share.finished'
  shareId: string
  result: 'ok' | 'cancel' | 'fail'
  shareTickets?: string[]
  groups?: Group[]
  message?: string
}

export interface ShareOpened extends EventBase {
  type: 'share.opened'
  /** Or the mark of a broadcast whose notice was opened (scenes 1014 and 1107). */
  shareId?: string
  scene: number
  page: string
  shareTicket?: string
  group?: Group
}

export type ReachEvent =
  FormSubmitted | PaymentMade | SubscriptionAnswered | ShareStarted | ShareFinished | ShareOpened

/** `POST /v1/events` */
export interface EventsRequest {
  /** The phone's clock at this attempt. The difference to an event's `at` is the event's age. */
  sentAt: number
  /** 1 to 100. */
  events: ReachEvent[]
}

export interface EventResult {
  /** `null`: the event had none. */
  id: string | null
  status: EventStatus
  reason?: EventReason | GroupReason
  errors?: FieldError[]
  /** The decrypted group of a `share.opened`. A duplicate carries it too. */
  openGId?: string
  /** The groups of a `share.finished`, in the order of its `groups`; `null`: not decrypted. */
  openGIds?: (string | null)[]
}

export interface EventsReply {
  results: EventResult[]
}
