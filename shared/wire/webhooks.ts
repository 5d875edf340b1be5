/** Outgoing webhooks: what your backend is told, and how. */
import type { BroadcastState, CreditKind, SettledState, WebhookEventType } from '../codes.ts'
import type { BroadcastCounts } from './broadcasts.ts'
import type { Channel, MessageReason } from './messages.ts'

/** `POST /v1/webhooks` */
export interface WebhookRequest {
  /** Takes a POST for each event. https, unless the server allows http. */
  url: string
  /** Default: all. */
  events?: WebhookEventType[]
}

export interface WebhookReply {
  id: string
  url: string
  events: WebhookEventType[]
  createdAt: string
  /** `failing`: the last try failed. `disabled`: it is told nothing until a replay. */
  state: 'enabled' | 'failing' | 'disabled'
  /** Of the first failure since the last success. */
  failingSince?: string
  disabledAt?: string
  /** Why the last try failed. */
  failure?: string
}

/** Its queue. Each number is at most 10,000: then there may be more. */
export interface WebhookWithQueue extends WebhookReply {
  /** Deliveries that are tried for the first time or again. */
  waiting: number
  /** Dead letters: no further try is made until a replay. */
  dead: number
}

export interface CreatedWebhookReply extends WebhookReply {
  /** `whsec_…`, with which your backend verifies the signatures. No later reply has it. */
  secret: string
}

/** `GET /v1/webhooks` */
export interface WebhooksReply {
  /** Oldest first. */
  webhooks: WebhookWithQueue[]
}

/** `GET /v1/webhooks/:id` */
export interface WebhookQuery {
  /** `dead`: the dead letters. Default: all. */
  state?: WebhookDelivery['state']
  limit?: number
  cursor?: string
}

export interface WebhookWithDeliveries extends WebhookWithQueue {
  /** Of the last 14 days, newest first. */
  deliveries: WebhookDelivery[]
  cursor?: string
}

export interface WebhookDelivery {
  /** The `webhook-id` of its requests. */
  id: string
  type: WebhookEventType
  /** When it happened. */
  at: string
  /** `dead`: no further try is made until a replay. */
  state: 'waiting' | 'delivered' | 'dead'
  attempts: number
  triedAt?: string
  /** The HTTP status of the last reply. */
  status?: number
  /** Why the last try failed. */
  failure?: string
}

/** `POST /v1/webhooks/:id/replay` */
export interface ReplayRequest {
  /** Sends all events from then on again, delivered ones too. Default: the dead letters. */
  since?: string
  /** Before then. Default: now. Only with `since`. */
  until?: string
}

export interface ReplayReply {
  /** Events that are sent again. */
  queued: number
}

/** What a webhook receives, as JSON. */
export type WebhookEvent = {
  [Type in WebhookEventType]: {
    type: Type
    /** When it happened. */
    timestamp: string
    appId: string
    data: WebhookData[Type]
  }
}[WebhookEventType]

interface WebhookData {
  'message.settled': {
    messageId: string
    /** Absent after the user was erased, here and below. */
    openId?: string
    channel: Channel
    templateId?: string
    /** `unknown` may become `sent` or `refused` by a later event. */
    state: SettledState
    inferred?: boolean
    reason?: MessageReason
  }
  'credit.recorded': WebhookCredit
  'credit.ending': WebhookCredit
  'subscription.revoked': { openId?: string; templateId: string }
  'group.joined': { openId?: string; openGId: string }
  'channel.suspended': {
    channel: Channel
    kind: 'pause' | 'shut'
    /** Of a pause. */
    until?: string
    reason: MessageReason
  }
  /** Its state or its hold changed; or its counts did, told at most every two seconds. */
  'broadcast.changed': {
    broadcastId: string
    state: BroadcastState
    /** Why it is held or paused. */
    reason?: string
    counts: BroadcastCounts
  }
}

interface WebhookCredit {
  openId?: string
  kind: CreditKind
  templateId?: string
  /** Those that were recorded; of a credit that ends: those that are left. `null`: no limit. */
  uses: number | null
  /** `null`: never. */
  endsAt: string | null
}
