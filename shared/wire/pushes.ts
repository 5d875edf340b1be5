/** What WeChat pushed (消息推送). */

/** `GET /v1/pushes`, newest first. */
export interface PushesReply {
  pushes: ReceivedPush[]
  cursor?: string
}

export interface ReceivedPush {
  receivedAt: string
  /** The MsgType of a message, such as `text`, or the Event of an event. */
  type: string
  /** Absent: the server does not know the user, or erased them. */
  openId?: string
}
