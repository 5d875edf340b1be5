/** Sessions of phones, their session keys, and what is encrypted under those. */
import { day, hour, minute } from './time.ts'

export const sessionRules = {
  lastsMs: 30 * day,
  /** Sessions cached in memory, so that a busy phone costs no look-up at each batch. */
  recent: { entries: 10_000, ageMs: 1 * minute },
} as const

/**
 * Session keys that are tried: the current one, and earlier ones for so long after their
 * replacement.
 */
export const keptSessionKeys = { count: 4, forMs: 72 * hour } as const

/** The age of a watermark: an older one is refused, and so is one from the future. */
export const watermarkRule = { maxAgeMs: 7 * day, maxAheadMs: 5 * minute } as const
