/** How many codes were made: A and C for ever, B by the minute of the clock. */
import type { PlatformClock } from '../../runtime/world.ts'

export interface CodeCounts {
  /** A and C together. */
  lasting(): number
  addLasting(): void
  /** B. */
  thisMinute(): number
  addThisMinute(): void
}

export function createCodeCounts(clock: PlatformClock): CodeCounts {
  let lasting = 0
  let minute = NaN
  let inMinute = 0
  const thisMinute = () => {
    const now = Math.floor(clock.now() / 60_000)
    if (now !== minute) [minute, inMinute] = [now, 0]
    return inMinute
  }
  return {
    lasting: () => lasting,
    addLasting() {
      lasting += 1
    },
    thisMinute,
    addThisMinute() {
      inMinute = thisMinute() + 1
    },
  }
}
