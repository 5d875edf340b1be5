/** AES-256-CBC around 16 random bytes, a length, the message and the appid of its receiver (platform: push). */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../../world.ts'
import { decodeBase64 } from '../base64.ts'
import { pad, unpad } from './padding.ts'

const saltBytes = 16
const headBytes = saltBytes + 4

/**
 * The 32 bytes of an EncodingAESKey, or `undefined`. Its 43 characters hold two bits more than 32 bytes: a key whose last
 * character uses them is valid, and would not survive being encoded again.
 */
export function decodeAesKey(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]{43}$/.test(text) ? Buffer.from(`${text}=`, 'base64') : undefined
}

export interface EncryptInput {
  message: string
  appId: string
  key: Buffer
  random: Random
}

/** The text of `Encrypt`, the same in both directions. */
export function encryptMessage({ message, appId, key, random }: EncryptInput): string {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = pad(Buffer.concat([random(saltBytes), length, body, Buffer.from(appId)]))
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

export interface Opened {
  message: Buffer
  appId: string
}

/**
 * `undefined` for all that `key` does not open; never throws. Says nothing about who wrote it: check the signature over
 * the same text first, or the difference between a bad pad and a bad message tells a forger about the plaintext.
 */
export function decryptMessage(encrypted: string, key: Buffer): Opened | undefined {
  const bytes = decodeBase64(encrypted)
  if (!bytes || bytes.length % 16 !== 0) return undefined
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = unpad(Buffer.concat([decipher.update(bytes), decipher.final()]))
  if (!plain || plain.length < headBytes) return undefined

  const end = headBytes + plain.readUInt32BE(saltBytes)
  if (end > plain.length) return undefined
  return { message: plain.subarray(headBytes, end), appId: plain.toString('utf8', end) }
}
