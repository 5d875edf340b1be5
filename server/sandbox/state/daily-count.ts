/** Counts what the platform counts by day; a day ends at midnight in Shanghai. */
import type { PlatformClock } from '../../runtime/world.ts'

export interface DailyCount {
  today(): number
  add(): void
}

const dayMs = 86_400_000
// China has had no daylight saving since 1991, so that the offset is a number.
const shanghaiAheadMs = 8 * 3_600_000

export function createDailyCount(clock: PlatformClock): DailyCount {
  let day = NaN
  let count = 0
  const today = () => {
    const now = Math.floor((clock.now() + shanghaiAheadMs) / dayMs)
    if (now !== day) [day, count] = [now, 0]
    return count
  }
  return {
    today,
    add() {
      count = today() + 1
    },
  }
}
