/** The audit: what it counts instead of writing each call, and its pages. */
import { minute } from './time.ts'

export const auditRules = {
  /** For so long calls of one kind are counted after the first. */
  minuteMs: 1 * minute,
  /**
   * Kinds of requests without a key of this server, in one minute and process. All others are one
   * kind, so that a flood of bad credentials from everywhere does not fill the database.
   */
  strangersPerMinute: 60,
} as const

export const auditPages = {
  defaultLimit: 50,
  maxLimit: 200,
  /** Entries that one page looks at: some ten milliseconds. */
  searched: 5_000,
  /** Characters of a filter. */
  maxFilter: 128,
} as const
