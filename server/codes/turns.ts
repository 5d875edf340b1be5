import type { PlatformClock } from '../world.ts'
import { codeQuotas } from './quotas.ts'

/** Turns to call an endpoint that the platform limits by the minute; counted in this process. */
export interface Turns {
  /**
   * Books a turn that comes within `maxWaitMs`; it is used up then, whatever becomes of the call. Without one, how long
   * it takes until a turn could be had.
   * @param perMinute leaves the rest of the limit to others
   */
  book(maxWaitMs: number, perMinute?: number): { atMs: number } | { waitMs: number }
  /** Turns of the last minute. */
  used(): number
}

/**
 * Never more than `limit` in any 60 seconds, wherever the platform lets its minute begin. By the platform's clock, whose
 * count this is.
 */
export function createTurns(clock: Pick<PlatformClock, 'now'>, limit: number): Turns {
  /** In order; those of the future are booked. */
  let turns: number[] = []
  return {
    book(maxWaitMs, perMinute = limit) {
      const nowMs = clock.now()
      const before = turns.at(-perMinute)
      const atMs = Math.max(
        nowMs,
        before === undefined ? nowMs : before + codeQuotas.windowMs,
        // What is booked later never comes earlier.
        turns.at(-1) ?? nowMs,
      )
      if (atMs - nowMs > maxWaitMs) return { waitMs: atMs - nowMs }
      turns.push(atMs)
      if (turns.length > 2 * limit) turns = turns.slice(-limit)
      return { atMs }
    },
    used() {
      const nowMs = clock.now()
      return turns.filter((atMs) => atMs > nowMs - codeQuotas.windowMs && atMs <= nowMs).length
    },
  }
}
