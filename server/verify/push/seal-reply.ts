import type { Random } from '../../world.ts'
import { formatOf, writeBody } from './body.ts'
import { decodeAesKey, encryptMessage } from './cipher.ts'
import type { PushSettings } from './settings.ts'
import { signatureOf } from './signature.ts'

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
