/** What WeChat pushed (消息推送). */

/** `GET /v1/pushes`, newest first. */
export interface PushesReply {
  pushes: ReceivedPush[]
  cursor?: string
}

/** As WeChat pushed it, in its own fields (`MsgType`, `Content`, `Event`, …), without openIds. */
export type PushContent = Record<string, unknown>

export interface ReceivedPush {
  receivedAt: string
  /** The MsgType of a message, such as `text`, or the Event of an event. */
  type: string
  /** Absent: the server does not know the user, or erased them. */
  openId?: string
  /**
   * For keys with the scope `send` or `privacy`. Absent: it is not kept, as of delivery reports, of
   * users who are not known, and after `REACH_PUSH_CONTENT_DAYS`.
   */
  content?: PushContent
}
