/** Erasing users. */
import { second } from './time.ts'

export const erasureRules = {
  /** A reply waits so long for calls to WeChat that are under way: as one to a send does. */
  callsEndWithinMs: 10 * second,
  lookEveryMs: second / 10,
} as const
