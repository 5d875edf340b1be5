/** Pushes as the platform makes them, written from its page and independent of our reader. */
import { createCipheriv, createHash } from 'node:crypto'
import type { PushSettings } from '../../../server/verify/push/open-push.ts'

/** The account of the page's samples, and the time of these tests. */
export const settings = {
  appId: 'wxba5fad812f8e6fb9',
  token: 'AAAAA',
  aesKey: 'A'.repeat(43),
  mode: 'safe',
} as const satisfies PushSettings
export const plainSettings: PushSettings = {
  appId: settings.appId,
  token: settings.token,
  mode: 'plain',
}
export const seconds = 1_714_112_445
export const nowMs = seconds * 1_000 + 900

export const text = {
  ToUserName: 'gh_97417a04a28d',
  FromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
  CreateTime: seconds,
  MsgType: 'text',
  Content: '你好',
  MsgId: '24567890123456789',
}

export const sha1 = (...parts: string[]) =>
  createHash('sha1').update(parts.toSorted().join('')).digest('hex')

/** The plaintext of `Encrypt` before its padding. */
export function framed(message: string | Buffer, appId: string = settings.appId, length?: number) {
  const body = Buffer.from(message)
  const head = Buffer.alloc(20, 'r')
  head.writeUInt32BE(length ?? body.length, 16)
  return Buffer.concat([head, body, Buffer.from(appId)])
}

export function padded(plain: Buffer) {
  const count = 32 - (plain.length % 32)
  return Buffer.concat([plain, Buffer.alloc(count, count)])
}

/** Whole blocks of 16 to the text of `Encrypt`. */
export function encrypted(blocks: Buffer, aesKey: string = settings.aesKey) {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64')
}

export const stamp = { timestamp: String(seconds), nonce: '415670741' }

/** A correctly signed request with this text as `Encrypt`. */
export function signed(encrypt: string, { timestamp, nonce } = stamp) {
  const signature = sha1(settings.token, timestamp, nonce)
  const msg_signature = sha1(settings.token, timestamp, nonce, encrypt)
  return {
    raw: Buffer.from(JSON.stringify({ ToUserName: text.ToUserName, Encrypt: encrypt })),
    query: { signature, timestamp, nonce, openid: text.FromUserName, msg_signature },
  }
}

/** A message in the modes `safe` and `compatible`. */
export function encryptPush(message: string | Buffer, aesKey: string = settings.aesKey) {
  return signed(encrypted(padded(framed(message)), aesKey))
}

/** A message in the mode `plain`. */
export function plainPush(message: string | Buffer) {
  const signature = sha1(settings.token, stamp.timestamp, stamp.nonce)
  return { raw: Buffer.from(message), query: { signature, ...stamp } }
}

/** Without nesting, as the platform writes it. */
export function xmlOf(fields: Record<string, string | number>) {
  const elements = Object.entries(fields).map(([name, value]) =>
    typeof value === 'number'
      ? `<${name}>${value}</${name}>`
      : `<${name}><![CDATA[${value}]]></${name}>`,
  )
  return `<xml>\n${elements.join('\n')}\n</xml>`
}
