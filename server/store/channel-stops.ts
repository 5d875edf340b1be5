/** What stops a channel, and what passes it all the same: the same on every engine. */
import type { Channel, MessageReason } from '../../shared/wire/index.ts'

export type Passage = { passes: true; probe: boolean } | { passes: false; reason: MessageReason }

export interface Passing {
  app: number
  channel: Channel
  nowMs: number
  probeEveryMs: number
}

/** Of a stop that is not over. */
export interface Stop {
  shut: number | boolean
  reason: string
  /** When the last message was let through. */
  probeMs: number
}

/** One message in `probeEveryMs` may through a shut channel. */
export function passageAt(stop: Stop | undefined, { nowMs, probeEveryMs }: Passing): Passage {
  if (!stop) return { passes: true, probe: false }
  if (!stop.shut || stop.probeMs + probeEveryMs > nowMs) {
    return { passes: false, reason: JSON.parse(stop.reason) as MessageReason }
  }
  return { passes: true, probe: true }
}
