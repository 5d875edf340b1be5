/** Turns, from what was booked before: the same on every engine. */
import { codeQuotas } from '../rules/codes.ts'
import type { ReserveSlot, RateSlot } from './coordination-store.ts'

export const { windowMs } = codeQuotas

/** So long after its minute a turn is kept, for processes whose clocks run behind. */
const keptMs = 2 * windowMs

/**
 * The seconds whose turns mean something. What lies further ahead than anybody books was written by a clock that was
 * moved ahead and back since: it would stop all turns until then.
 */
export const keptSeconds = (nowMs: number) => ({
  from: secondOf(nowMs - keptMs),
  to: secondOf(nowMs + keptMs),
})

export const secondOf = (ms: number): number => Math.floor(ms / 1_000)

/** What was booked before. */
export interface Booked {
  /** The last turn. */
  lastMs: number | null
  /** The last turn before which `perMinute - 1` more were booked after it: a minute later there is room again. */
  fullSinceMs: number | null
}

export function nextTurn(
  { nowMs, maxWaitMs }: ReserveSlot,
  { lastMs, fullSinceMs }: Booked,
): RateSlot {
  const roomMs = fullSinceMs === null ? nowMs : fullSinceMs + windowMs
  const atMs = Math.max(nowMs, roomMs, lastMs ?? nowMs)
  return atMs - nowMs > maxWaitMs ? { waitMs: atMs - nowMs } : { atMs }
}
