/** Counts with a limit, such as the template messages of a day. */
import type { PlatformClock } from '../../runtime/world.ts'

export interface LimitedCount {
  limit(): number
  /** Within the current period. */
  used(): number
  /** Counts one. `false`: the limit was reached before, and nothing is counted. */
  spend(): boolean
  /** Starts anew before the period ends. */
  clear(): void
}

/** @param periodOf gives the number of the period of a time: the count starts anew with each. */
export function createCount(
  clock: PlatformClock,
  periodOf: (nowMs: number) => number,
  limit: () => number,
): LimitedCount {
  let counted = NaN
  let count = 0
  const used = () => {
    const period = periodOf(clock.now())
    if (period !== counted) [counted, count] = [period, 0]
    return count
  }
  return {
    limit,
    used,
    spend() {
      if (used() >= limit()) return false
      count += 1
      return true
    },
    clear() {
      count = 0
    },
  }
}
