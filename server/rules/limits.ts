/** What one user, phone or address may do. */
import { day, hour, minute } from './time.ts'

/** Per user. */
export const userLimits = {
  liveFormCredits: 200,
  eventsPerDay: 2_000,
  requestsPerMinute: 60,
} as const

/** Per address. */
export const signInsPerMinute = 20

/** Session keys that are tried: the current one, and earlier ones for so long after their replacement. */
export const keptSessionKeys = { count: 4, forMs: 72 * hour } as const

/** The age of a watermark: older is refused, and so is one from the future. */
export const watermarkRule = { maxAgeMs: 7 * day, maxAheadMs: 5 * minute } as const
