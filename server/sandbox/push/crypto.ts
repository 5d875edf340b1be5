/** How the platform signs and encrypts what it pushes (platform, 消息推送). */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { Random } from '../../runtime/world.ts'

/** The padding unit, which is not the cipher's 16: Node's own padding must stay off. */
const blockBytes = 32
const randomBytes = 16
const lengthBytes = 4

export function sign(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex')
}

/** `aesKey` is the 43 characters of EncodingAESKey. */
export function encrypt(content: Buffer, appId: string, aesKey: string, random: Random): string {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(content.length)
  const plain = Buffer.concat([random(randomBytes), length, content, Buffer.from(appId, 'utf8')])
  const pad = blockBytes - (plain.length % blockBytes)
  const key = keyOf(aesKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(pad, pad)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

/** @throws Error that says what is wrong, for the developer of a receiver. */
export function decrypt(encrypted: string, appId: string, aesKey: string): string {
  const key = keyOf(aesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()])
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > blockBytes || pad > padded.length) throw new Error('the padding is wrong')
  const plain = padded.subarray(0, padded.length - pad)
  const start = randomBytes + lengthBytes
  if (plain.length < start) throw new Error('it is too short')
  const end = start + plain.readUInt32BE(randomBytes)
  if (end > plain.length) throw new Error('its length is wrong')
  if (plain.toString('utf8', end) !== appId) throw new Error('it is for another appid')
  return plain.toString('utf8', start, end)
}

function keyOf(aesKey: string): Buffer {
  return Buffer.from(`${aesKey}=`, 'base64')
}
