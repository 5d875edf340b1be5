/** Sessions of phones, their session keys, and what is encrypted under those. */
import { day, hour, minute, second } from './time.ts'

export const sessionRules = {
  lastsMs: 30 * day,
  /** Of one user: a phone keeps one token, and a stolen code cannot fill the table. */
  perUser: 10,
  /**
   * Sessions cached in memory, so that a busy phone costs no look-up at each batch. A deleted
   * session ends on all processes within ten seconds: `ageMs` and the time of one look-up.
   */
  recent: { entries: 10_000, ageMs: 8 * second },
} as const

/**
 * Session keys that are tried: the current one, and earlier ones for so long after their
 * replacement.
 */
export const keptSessionKeys = { count: 4, forMs: 72 * hour } as const

/** Session keys at rest, and how they are sealed again under a newer secret key. */
export const sealedKeyRules = {
  /** The id of the secret key, at the start of each sealed value. */
  keyIdBytes: 4,
  /** Rows of one look, which SQLite reads on the thread that serves requests. */
  readPerStep: 500,
  /** Rows of one transaction: sign-ins of these users wait for it. */
  writtenPerStep: 50,
} as const

/** The age of a watermark: an older one is refused, and so is one from the future. */
export const watermarkRule = { maxAgeMs: 7 * day, maxAheadMs: 5 * minute } as const

/** Levels of decrypted data that is passed on. WeChat's has two; a phone can make any. */
export const userDataDepth = 32
