/**
 * What may be answered to a message within its 5 seconds instead of `success`, in the format in which it came. In the
 * modes `compatible` and `safe` it goes through `sealReply`.
 */
import type { Random } from '../../runtime/world.ts'
import { writeBody, formatOf } from './body.ts'
import { decodeAesKey, encryptMessage, signatureOf } from './cipher.ts'
import type { PushSettings } from './open-push.ts'
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

export interface SealReplyInput {
  /** A reply of `textReply` or `transferReply`; its format is the envelope's too. */
  message: string
  settings: PushSettings
  /** Seconds since the epoch. */
  timestamp: number
  nonce: string
  /** 16 bytes are taken. */
  random: Random
}

/**
 * The encrypted reply, under the current key. Throws where there is none: check the settings at start with
 * `decodeAesKey`.
 */
export function sealReply({ message, settings, timestamp, nonce, random }: SealReplyInput): string {
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
