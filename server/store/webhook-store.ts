/** Outgoing webhooks and their deliveries. Part of the store: see store.ts. */
import type { WebhookEventType } from '../../shared/codes.ts'
import type { Channel } from '../../shared/wire/index.ts'
import type { Change } from './change-store.ts'
import type { Page } from './event-store.ts'

export interface WebhookStore {
  /**
   * Stores a webhook. It receives changes that begin after the promise has resolved, and none that
   * was complete before the call. False: the app has as many as `most`.
   */
  addWebhook(input: AddWebhook): Promise<boolean>
  /** Oldest first. Default: of all apps. */
  listWebhooks(appId?: string): Promise<WebhookRow[]>
  findWebhook(appId: string, id: string): Promise<WebhookRow | undefined>
  /** Deletes a webhook with what is queued for it. False: there is none. */
  deleteWebhook(appId: string, id: string): Promise<boolean>
  /** Replaces the sealed secret if it is still the one that was read. */
  resealWebhook(input: { id: string; sealed: Buffer; replacement: Buffer }): Promise<void>
  /**
   * Queues the next changes for the webhooks that receive them, each once. Returns how many changes
   * were looked at. Can be called by several processes.
   */
  queueDeliveries(): Promise<number>
  /** Webhooks with deliveries that are due, and how many, up to `most`. */
  findDueWebhooks(most: number): Promise<{ id: string; due: number }[]>
  /** Leases the next delivery that is due for one try. A lease ends by time alone. */
  claimDelivery(input: ClaimDelivery): Promise<ClaimedDelivery | undefined>
  /** Records how a try ended. Changes nothing if a later try has begun. */
  settleDelivery(input: SettleDelivery): Promise<'settled' | 'disabled' | 'late'>
  /**
   * How many deliveries of each webhook of the app wait and how many are dead, up to
   * `webhookRules.mostCounted` each.
   */
  countDeliveries(appId: string): Promise<QueueCounts[]>
  /** Newest first. */
  findDeliveries(input: FindDeliveries): Promise<{ deliveries: DeliveryRow[]; cursor?: string }>
  /**
   * Queues dead letters again, or all events of a span of time, in steps. Enables a webhook that is
   * disabled. Returns how many were queued.
   */
  replayDeliveries(input: ReplayDeliveries): Promise<number>
  /**
   * Writes a change for each credit whose end is near, in steps. One with less time left when it
   * is recorded is not told of. Returns how many.
   */
  tellEndings(input: { nowMs: number; signal?: AbortSignal }): Promise<number>
}

export interface NewWebhook {
  appId: string
  id: string
  url: string
  events: readonly WebhookEventType[]
  sealed: Buffer
  createdAtMs: number
}

export interface AddWebhook extends NewWebhook {
  most: number
}

export interface WebhookRow extends NewWebhook {
  failingSinceMs?: number
  disabledAtMs?: number
  failure?: string
}

export interface ClaimDelivery {
  id: string
  leaseMs: number
}

export interface ClaimedDelivery {
  webhook: WebhookRow
  change: Change
  /** Of a message. */
  about?: { channel: Channel; templateId?: string }
  /** This try included. */
  attempts: number
}

export interface SettleDelivery {
  id: string
  position: number
  attempts: number
  nowMs: number
  /** Absent: there was no reply. */
  status?: number
  /** Absent: it was delivered. */
  failed?: {
    failure: string
    /** Absent: it is a dead letter. */
    retryInMs?: number
    /** The webhook is disabled if it has been failing since before then. */
    disableIfSinceMs: number
  }
}

export interface QueueCounts {
  /** Of the webhook. */
  id: string
  waiting: number
  dead: number
}

export interface FindDeliveries extends Page {
  appId: string
  id: string
  state?: DeliveryRow['state']
}

export interface DeliveryRow {
  position: number
  type: WebhookEventType
  atMs: number
  state: 'waiting' | 'delivered' | 'dead'
  attempts: number
  triedAtMs?: number
  status?: number
  failure?: string
}

export interface ReplayDeliveries {
  appId: string
  id: string
  nowMs: number
  /** Absent: the dead letters. */
  span?: { sinceMs: number; untilMs: number }
}
