/** AES-256-CBC around 16 random bytes, a length, the message and the appid of its receiver (platform: push). */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { decodeBase64 } from '../../crypto/base64.ts'
import type { Random } from '../../runtime/world.ts'

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

/**
 * PKCS#7 with blocks of 32, as the platform has it. OpenSSL pads AES to 16 and takes a pad of 17 to 32 for damage, hence
 * by hand.
 */
export const blockBytes = 32

export function pad(bytes: Buffer): Buffer {
  const count = blockBytes - (bytes.length % blockBytes)
  return Buffer.concat([bytes, Buffer.alloc(count, count)])
}

/** `undefined`: not whole blocks, or not every byte of the pad says its length. */
export function unpad(bytes: Buffer): Buffer | undefined {
  if (bytes.length === 0 || bytes.length % blockBytes !== 0) return undefined
  const count = bytes[bytes.length - 1] ?? 0
  if (count < 1 || count > blockBytes) return undefined
  const end = bytes.length - count
  return bytes.subarray(end).every((byte) => byte === count) ? bytes.subarray(0, end) : undefined
}

/** The platform's signatures: SHA-1 of the sorted parts, in hex (platform: push). */

/** A decoded query string; a parameter that came twice is an array. */
export type Query = Readonly<Record<string, unknown>>

/** The parameters beside every signature. */
export interface Stamp {
  /** Seconds since the epoch, as they were signed. */
  timestamp: string
  nonce: string
}

export function signatureOf(token: string, stamp: Stamp, ...more: string[]): string {
  const parts = [token, stamp.timestamp, stamp.nonce, ...more].sort()
  return createHash('sha1').update(parts.join('')).digest('hex')
}

/** In constant time, and false for an empty token: that word is known to all. */
export function isSigned(
  given: unknown,
  token: string,
  stamp: Stamp,
  ...more: string[]
): given is string {
  if (token === '' || typeof given !== 'string') return false
  const expected = Buffer.from(signatureOf(token, stamp, ...more))
  const candidate = Buffer.from(given)
  return candidate.length === expected.length && timingSafeEqual(candidate, expected)
}

/**
 * `undefined` unless both are there once. Ten digits, because the parts are signed without separators: a digit moved from
 * the nonce to the timestamp would keep the signature and change the time.
 */
export function stampOf({ timestamp, nonce }: Query): Stamp | undefined {
  if (typeof timestamp !== 'string' || !/^[1-9]\d{9}$/.test(timestamp)) return undefined
  if (typeof nonce !== 'string' || nonce === '') return undefined
  return { timestamp, nonce }
}
