/** Whether the template sends of an account are shut (处罚说明). */
import type { PlatformClock } from '../../runtime/world.ts'

export interface Penalties {
  /** A later end stands; `Infinity` is for ever. Returns the end in milliseconds. */
  shut(forMs: number): number
  isShut(): boolean
}

export function createPenalties(clock: PlatformClock): Penalties {
  let endsAtMs = -Infinity
  return {
    shut(forMs) {
      endsAtMs = Math.max(endsAtMs, clock.now() + forMs)
      return endsAtMs
    },
    isShut: () => clock.now() < endsAtMs,
  }
}
