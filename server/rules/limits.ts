/** What one user or address may do. */
import { minute } from './time.ts'

/** Per user. */
export const userLimits = {
  liveFormCredits: 200,
  eventsPerDay: 2_000,
  requestsPerMinute: 60,
} as const

/** Per address. */
export const signInsPerMinute = 20

/** The window of limits by the minute. */
export const rateWindowMs = 1 * minute
