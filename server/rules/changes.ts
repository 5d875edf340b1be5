/** The change feed: how long it is kept, and how much of it one step handles. They are ours. */
import { day, minute } from './time.ts'

export const changeRules = {
  /** Long enough to send what a webhook could not take for some days. */
  keptMs: 14 * day,
  /** Given their positions, or deleted, in one transaction. */
  perStep: 500,
  /** Between two looks for leases of readers that have ended. */
  endWatchesEveryMs: 1 * minute,
} as const
