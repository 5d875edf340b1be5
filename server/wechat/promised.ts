import { WechatCallError } from './call-error.ts'
import type { Reply } from './reply.ts'

/**
 * Holds a reply against what its page promises. `decode` gives `undefined` where the body is not that, and the
 * call's fate is then unknown: an empty object from some gateway must not pass as errcode 0. What comes with a
 * refusal is not looked at.
 */
export function promised<Raw, Body>(
  /** As errors name it: `POST /cgi-bin/…`. */
  call: string,
  reply: Reply<Raw>,
  decode: (body: Raw) => Body | undefined,
): Reply<Body> {
  if (reply.fate === 'not_sent') return reply
  if (reply.fate === 'unknown') {
    const { cause, late } = reply
    const later = late?.then((arrived) => promised(call, arrived, decode))
    return { fate: 'unknown', cause, ...(later && { late: later }) }
  }
  if (reply.errcode !== 0) return { ...reply, body: undefined }
  const body = reply.body === undefined ? undefined : decode(reply.body)
  if (body !== undefined) return { ...reply, body }
  return { fate: 'unknown', cause: new WechatCallError(call, 'NOT_AS_PROMISED', true) }
}
