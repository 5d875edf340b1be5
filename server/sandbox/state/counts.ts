/** Counts with a limit, such as the template messages of a day. */
import Type from 'typebox'
import type { PlatformClock } from '../../runtime/world.ts'
import { Fields, type Memory } from '../rules/memory.ts'

export interface LimitedCount {
  limit(): number
  /** Within the current period. */
  used(): number
  /** Counts one. `false`: the limit was reached before, and nothing is counted. */
  spend(): boolean
  /** Starts anew before the period ends. */
  clear(): void
}

export const Count = Fields({ period: Type.Integer(), count: Type.Integer() })
export type Count = Memory<typeof Count>

export const newCount = (): Count => ({ period: 0, count: 0 })

/** @param periodOf gives the number of the period of a time: the count starts anew with each. */
export function createCount(
  memory: Count,
  clock: PlatformClock,
  periodOf: (nowMs: number) => number,
  limit: () => number,
): LimitedCount {
  const used = () => {
    const period = periodOf(clock.now())
    if (period !== memory.period) Object.assign(memory, { period, count: 0 })
    return memory.count
  }
  return {
    limit,
    used,
    spend() {
      if (used() >= limit()) return false
      memory.count += 1
      return true
    },
    clear() {
      memory.count = 0
    },
  }
}
