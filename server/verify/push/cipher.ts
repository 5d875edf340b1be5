/**
 * How pushes are encrypted and signed (platform: push). Encrypted: AES-256-CBC over 16 random
 * bytes, a length, the message and the receiver's appid. Signed: SHA-1 over the sorted parts, in
 * hex.
 */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { decodeBase64 } from '../../runtime/encoding.ts'
import type { Random } from '../../runtime/world.ts'

const saltBytes = 16
const headBytes = saltBytes + 4

/**
 * The 32 bytes of an EncodingAESKey, or `undefined`. Its 43 characters hold two bits more than 32
 * bytes. A key whose last character uses them is valid, so no strict base64 decoder reads it.
 */
export function decodeAesKey(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]{43}$/.test(text) ? Buffer.from(`${text}=`, 'base64') : undefined
}

/** The text of `Encrypt`, in a push as in a reply. Takes 16 random bytes. */
export function encryptMessage({
  message,
  appId,
  key,
  random,
}: {
  message: string
  appId: string
  key: Buffer
  random: Random
}): string {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = pad(Buffer.concat([random(saltBytes), length, body, Buffer.from(appId)]))
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

/**
 * `undefined` for all that `key` does not decrypt; never throws. Does not authenticate: check the
 * signature over the same text first, or the different results for a bad padding and a bad message
 * are a padding oracle.
 */
export function decryptMessage(
  encrypted: string,
  key: Buffer,
): { message: Buffer; appId: string } | undefined {
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
 * PKCS#7 with the platform's blocks of 32. OpenSSL pads AES to 16 and rejects a padding above 16.
 */
const blockBytes = 32

function pad(bytes: Buffer): Buffer {
  const count = blockBytes - (bytes.length % blockBytes)
  return Buffer.concat([bytes, Buffer.alloc(count, count)])
}

/** `undefined`: not whole blocks, or a byte of the padding is not its length. */
function unpad(bytes: Buffer): Buffer | undefined {
  if (bytes.length === 0 || bytes.length % blockBytes !== 0) return undefined
  const count = bytes[bytes.length - 1] ?? 0
  if (count < 1 || count > blockBytes) return undefined
  const end = bytes.length - count
  return bytes.subarray(end).every((byte) => byte === count) ? bytes.subarray(0, end) : undefined
}

/** A decoded query string; a repeated parameter is an array. */
export type Query = Readonly<Record<string, unknown>>

/** The signed parameters of the query. */
export interface Stamp {
  /** Seconds since the epoch, as they were signed. */
  timestamp: string
  nonce: string
}

export function signatureOf(token: string, stamp: Stamp, ...more: string[]): string {
  const parts = [token, stamp.timestamp, stamp.nonce, ...more].sort()
  return createHash('sha1').update(parts.join('')).digest('hex')
}

/** Compares in constant time. False for an empty token, which anybody could sign with. */
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
 * `undefined` unless timestamp and nonce are there once. The timestamp has exactly ten digits: the
 * parts are signed without separators, so a digit moved from the nonce to the timestamp would keep
 * the signature and change the time.
 */
export function stampOf({ timestamp, nonce }: Query): Stamp | undefined {
  if (typeof timestamp !== 'string' || !/^[1-9]\d{9}$/.test(timestamp)) return undefined
  if (typeof nonce !== 'string' || nonce === '') return undefined
  return { timestamp, nonce }
}
