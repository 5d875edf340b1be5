/** The access_token: when it is refreshed and forced, and how processes share one. */
import { day, minute, second } from './time.ts'

export const tokenRules = {
  /**
   * It is refreshed so long before its end, or in the last tenth of a short life. Within the five
   * minutes in which `stable_token` gives a new one while the old one lives on (platform:
   * access_token).
   */
  aheadMs: 4 * minute,
  aheadShare: 0.1,
  /** On request. `force_refresh` is limited below, `/cgi-bin/token` to 2,000 calls a day. */
  refreshEveryMs: 1 * minute,
  /** After a failure WeChat is not asked again for so long; doubles with each failure. */
  pauses: {
    unreachable: { firstMs: 500, capMs: 30 * second },
    refused: { firstMs: 1 * second, capMs: 5 * minute },
  },
} as const

/** The page asks to store at least 512 characters (seeds/001); real tokens grew longer. */
export const maxTokenCharacters = 4_096

/** One token for all processes on a database. */
export const sharingRules = {
  /** Longer than a fetch may take; after it another process may fetch. */
  leaseMs: 30 * second,
  /** How often the other processes look whether the token is there. */
  lookEveryMs: 250,
} as const

/** A token service of the operator. */
export const tokenServiceRules = { timeoutMs: 10 * second, maxReplyBytes: 64 * 1_024 } as const

/** How often `force_refresh` may be asked of `stable_token` (platform: access_token). */
export const forceRules = {
  /** In any 24 hours. */
  aDay: 20,
  apartMs: 30 * second,
} as const

/**
 * The times at which it was forced, with one more now; `undefined`: that would be too often.
 * Times more than a day away are dropped.
 */
export function forceAt(nowMs: number, forcedAtMs: readonly number[]): number[] | undefined {
  const known = forcedAtMs.filter((atMs) => Math.abs(nowMs - atMs) < day)
  const tooSoon = known.some((atMs) => nowMs < atMs + forceRules.apartMs)
  return tooSoon || known.length >= forceRules.aDay ? undefined : [...known, nowMs]
}
