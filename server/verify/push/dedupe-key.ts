/** What tells two pushes without a MsgId apart: FromUserName + CreateTime + Event (platform: push). */
import { createHash } from 'node:crypto'

interface Origin {
  fromUserName: string
  /** Seconds, as they came. */
  createTime: string
}

/**
 * With the templates, because one second may hold several subscribe events; and with the id of the message that one tells of,
 * because two sends of one template may end in the same second.
 */
export function eventKey(
  { fromUserName, createTime }: Origin,
  event: string,
  list: readonly { templateId: string; msgId?: string }[],
): string {
  const about = list.map(({ templateId, msgId }) => [templateId, msgId ?? ''])
  return keyOf(['event', fromUserName, createTime, event, about])
}

/** For a message of a kind that carries no MsgId. */
export function messageKey({ fromUserName, createTime }: Origin, msgType: string): string {
  return keyOf(['message', fromUserName, createTime, msgType])
}

function keyOf(parts: readonly unknown[]): string {
  // As JSON, so that no two lists of parts run together into the same text.
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
