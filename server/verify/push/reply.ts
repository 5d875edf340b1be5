/**
 * What may be answered to a message within its 5 seconds instead of `success`, in the format in which it came. In the
 * modes `compatible` and `safe` it goes through `sealReply`.
 */
import { writeBody } from './body.ts'
import type { MessagePush } from './push.ts'

/** The word for "received": it stops the platform's retries, and is never encrypted. */
export const received = 'success'

/** Answers the user with a text. */
export function textReply(push: MessagePush, content: string, nowMs: number): string {
  return writeBody(push.format, { ...head(push, nowMs), MsgType: 'text', Content: content })
}

/** Hands the message to the people at the platform's customer-service desk; without it they never see it. */
export function transferReply(push: MessagePush, nowMs: number): string {
  return writeBody(push.format, { ...head(push, nowMs), MsgType: 'transfer_customer_service' })
}

function head(push: MessagePush, nowMs: number) {
  return {
    ToUserName: push.fromUserName,
    FromUserName: push.toUserName,
    CreateTime: Math.floor(nowMs / 1_000),
  }
}
