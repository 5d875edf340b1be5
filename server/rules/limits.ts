/** What one user, key or address may do. The numbers are ours. */
import { minute, second } from './time.ts'

/** Per user. */
export const userLimits = {
  liveFormCredits: 200,
  eventsPerDay: 2_000,
} as const

/** What a caller may ask of this server. Each is a setting: see config/limits.ts. */
export const requestLimits = {
  /** Of the phones of one user. */
  perUserMinute: 60,
  /** Of an API key: more than a backend needs, and a leaked key takes no server for itself. */
  perKeyMinute: 60_000,
  /** Sign-ins of phones from one address; malformed and refused ones count as well. */
  signInsPerAddressMinute: 20,
  /** Requests of one address without a good credential. */
  failuresPerAddressMinute: 60,
  /** Codes of the lasting kinds that an API key has made a day. There are 100,000 for ever. */
  codesPerKeyDay: 1_000,
} as const
export type RequestLimits = { readonly [Name in keyof typeof requestLimits]: number }

/**
 * All API keys of an app together have so many times as many codes made a day as one of them may:
 * else a leaked key that may make keys would have the codes of a hundred.
 */
export const codeBudgetsOfApp = 5

export const rateRules = {
  /** The window of limits by the minute. */
  windowMs: 1 * minute,
  /**
   * A process takes a limit in shares, so that the database counts a hundred times a minute and
   * not at each request. What is left of its share when the window ends is lost.
   */
  sharesPerLimit: 100,
  /** Callers that a process remembers: those that have a share, and those over their limit. */
  remembered: 10_000,
  /** While the database is away, a process admits a share so often without counting it. */
  uncountedMs: 1 * second,
} as const
