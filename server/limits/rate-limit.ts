/** So many requests a minute and key, counted in this process. */
import type { MonotonicClock } from '../world.ts'

export interface RateLimit {
  /** Counts one request. `undefined`: go on; else the whole seconds to wait. */
  take(key: string | number): number | undefined
}

const windowMs = 60_000

/** One window for all keys, so that memory is bounded by the callers of one minute. */
export function createRateLimit(perMinute: number, clock: Pick<MonotonicClock, 'now'>): RateLimit {
  let counts = new Map<string | number, number>()
  let endsAt = clock.now() + windowMs
  return {
    take(key) {
      const now = clock.now()
      if (now >= endsAt) {
        counts = new Map()
        endsAt = now + windowMs
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return count > perMinute ? Math.ceil((endsAt - now) / 1000) : undefined
    },
  }
}
