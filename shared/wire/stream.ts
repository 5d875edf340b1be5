/** What happens in an app, as `text/event-stream`. */
import type { BroadcastState, CreditKind, SettledState } from '../codes.ts'
import type { BroadcastCounts } from './broadcasts.ts'
import type { Channel } from './messages.ts'

/** `GET /v1/stream` */
export interface StreamQuery {
  /** Default: the app of the key, or the only one of the server. */
  appId?: string
  /** Beginnings of the events' types, with commas between them. Default: all. */
  topics?: string
}

/**
 * An event of the stream: `event` and the JSON of `data`. Each has an `id`, after which the stream
 * resumes (`Last-Event-ID`). It names what changed, for a reader that asks for it again, and holds
 * no content. `openId` is absent once the user was erased.
 */
export type StreamEvent = StreamEventOf<keyof StreamEvents>

export type StreamEventOf<Type extends keyof StreamEvents> = Type extends unknown
  ? { event: Type; data: StreamEvents[Type] }
  : never

export interface StreamEvents {
  /**
   * What was read before may have changed in any way: ask for all of it again. It is the first
   * event of a new stream, and comes where changes are too many, or too long ago, to be told one by
   * one.
   */
  reset: object
  'message.created': Happened & { message: string }
  'message.settled': Happened & { message: string; state: SettledState }
  'credit.recorded': Happened & { kind: CreditKind; templateId?: string }
  'credit.ending': Happened & { kind: CreditKind; templateId?: string }
  'subscription.revoked': Happened & { templateId: string }
  'group.joined': Happened & { openGId: string }
  'arrival.recorded': Happened & { shareId?: string; openGId?: string }
  /** `event`: its type, such as `text` or `user_enter_tempsession`. */
  'push.received': Happened & { event: string }
  'channel.suspended': Happened & { channel: Channel }
  /** Its state or its hold changed; or its counts did, told at most every two seconds. */
  'broadcast.changed': Happened & {
    broadcast: string
    state: BroadcastState
    counts: BroadcastCounts
  }
}

interface Happened {
  at: string
  openId?: string
}
