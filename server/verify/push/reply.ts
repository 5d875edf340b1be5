/**
 * Replies to a message within the platform's 5 seconds, instead of `success`, in the message's own
 * format. In the modes `compatible` and `safe`, `sealReply` encrypts them.
 */
import type { Random } from '../../runtime/world.ts'
import { formatOf, writeBody } from './body.ts'
import { decodeAesKey, encryptMessage, signatureOf } from './cipher.ts'
import type { PushSettings } from './open-push.ts'
import type { MessagePush } from './push.ts'

/**
 * A reply to the platform, which reads no JSON problems. A refusal discloses no more than its
 * status.
 */
export interface PushReply {
  status: number
  type: string
  body: string | Buffer
}

export const contentTypes = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const

/** Acknowledges a push and ends the platform's retries; never encrypted. */
export const received = 'success'

/** Replies to the user with a text. */
export function textReply(push: MessagePush, content: string, nowMs: number): string {
  return writeBody(push.format, { ...head(push, nowMs), MsgType: 'text', Content: content })
}

/**
 * Transfers the message to the staff of the platform's customer service, who see no other message.
 */
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

/**
 * A reply of `textReply` or `transferReply`, encrypted under the current key, in an envelope of the
 * same format. Takes 16 random bytes. `timestamp` is in seconds since the epoch.
 *
 * @throws where the settings have no valid key: check them at start with `decodeAesKey`
 */
export function sealReply(input: {
  message: string
  settings: PushSettings
  timestamp: number
  nonce: string
  random: Random
}): string {
  const { message, settings, timestamp, nonce, random } = input
  const { appId, token } = settings
  const key = decodeAesKey(settings.aesKey ?? '')
  if (!key) {
    throw new Error(
      'WECHAT_PUSH_AES_KEY is missing or not 43 characters: copy it from 开发管理 → 消息推送',
    )
  }
  const encrypted = encryptMessage({ message, appId, key, random })
  return writeBody(formatOf(message), {
    Encrypt: encrypted,
    MsgSignature: signatureOf(token, { timestamp: String(timestamp), nonce }, encrypted),
    TimeStamp: timestamp,
    Nonce: nonce,
  })
}
