/** The certificates of the sandbox: whom they name, and how long they last. */
import { day } from './time.ts'

/** The host whose certificate the sandbox has. */
export const wechatHost = 'api.weixin.qq.com'

export const tlsRules = {
  port: 443,
  /** A CA that was trusted and forgotten ends by itself. */
  authorityLastsMs: 365 * day,
  /** Each start of the sandbox makes a new one; longer than most processes run. */
  certificateLastsMs: 90 * day,
  /** Each is renewed when less than this is left of it. */
  renewBeforeMs: 30 * day,
  /** After a renewal that failed. */
  renewAgainAfterMs: 1 * day,
  /** Clocks of containers and virtual machines lag behind. */
  validSinceMs: 1 * day,
} as const

/** What a TLS connection begins with: the type of a handshake's record. RFC 8446, section 5.1. */
export const handshakeRecord = 22
