/** Customer service: what users wrote, what was replied, and to whom a reply is possible now. */
import type { CanReceive, CreditKind } from './credits.ts'
import type { Message, MessageContent } from './messages.ts'
import type { ListQuery } from './shares.ts'
import type { PushContent, ReceivedPush } from './pushes.ts'

/** `GET /v1/users/:openId/conversation` */
export interface ConversationQuery extends ListQuery {}

/**
 * `GET /v1/users/:openId/conversation`, newest first. While there is a `cursor` there is more,
 * although a page may hold fewer than `limit` or none.
 */
export interface ConversationReply {
  /** What can be sent to the user by customer service now. */
  canReceive: CanReceive['customer']
  entries: ConversationEntry[]
  cursor?: string
}

/**
 * `user`: they wrote, or did something of which WeChat tells by a push. `app`: a customer-service
 * message to them. `content` as with `ReceivedPush` and `MessageWithCalls`.
 */
export type ConversationEntry =
  | { by: 'user'; at: string; type: string; content?: PushContent }
  | { by: 'app'; at: string; message: Message; content?: MessageContent }

/** `GET /v1/customer-windows` */
export interface CustomerWindowsQuery extends ListQuery {}

/**
 * `GET /v1/customer-windows`: users whose window of customer service is open, the one who wrote or
 * did something last first. While there is a `cursor` there are more, although a page may hold
 * fewer than `limit` or none.
 */
export interface CustomerWindowsReply {
  windows: OpenWindow[]
  cursor?: string
}

export interface OpenWindow {
  openId: string
  kind: CreditKind
  /** Messages that can be sent in it. */
  uses: number
  /** When it closes. */
  expiresAt: string
  /** What the user did last. */
  lastPush: Pick<ReceivedPush, 'receivedAt' | 'type'>
}
