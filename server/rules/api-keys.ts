/** API keys that are made while the server runs. */
import { day, minute, second } from './time.ts'

export const apiKeyRules = {
  /** Secret scanners find keys by it. */
  prefix: 'wxr_',
  secretBytes: 32,
  /** The prefix, and 32 bytes in base64url. */
  length: 47,
  idPrefix: 'key_',
  idBytes: 9,
  nameLength: 100,
  /** Of each app, and of all apps together: a loop must not fill the database. */
  most: 100,
  /**
   * Keys cached in memory, so that a busy one costs no look-up at each request. A revoked key is
   * refused everywhere within ten seconds: this age, and as much again for a slow look-up.
   */
  recent: { entries: 1_000, ageMs: 5 * second },
  /** The last use is written at most so often. */
  touchEveryMs: 1 * minute,
  /** How long an expired key is listed. */
  listedExpiredMs: 30 * day,
} as const
