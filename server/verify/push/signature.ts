/** The platform's signatures: SHA-1 of the sorted parts, in hex (platform: push). */
import { createHash, timingSafeEqual } from 'node:crypto'

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
