/** Channels that WeChat shut or paused, as the model has them. */
import type { Channel } from '../../../shared/wire/index.ts'
import { keeps, nextMidnightMs } from './rules.ts'

interface Stop {
  kind: 'shut' | 'pause'
  untilMs: number
  /** When one was let through last, or when it was shut. */
  triedMs: number
  errcode: number
}

export interface Stops {
  stop(channel: Channel, kind: Stop['kind'], errcode: number, nowMs: number): void
  open(channel: Channel): void
  /** `probe`: one may go out, to see. */
  at(channel: Channel, nowMs: number): 'open' | 'stopped' | 'probe'
  triedAt(channel: Channel, nowMs: number): void
  /** The errcode that stopped it. */
  why(channel: Channel): number | undefined
}

export function createStops(): Stops {
  const stops = new Map<Channel, Stop>()
  return {
    stop(channel, kind, errcode, nowMs) {
      const untilMs = kind === 'shut' ? Infinity : nextMidnightMs(nowMs)
      const before = stops.get(channel)
      if (before && before.untilMs > untilMs) return
      stops.set(channel, { kind, untilMs, triedMs: nowMs, errcode })
    },
    open: (channel) => void stops.delete(channel),
    at(channel, nowMs) {
      const stop = stops.get(channel)
      if (!stop || stop.untilMs <= nowMs) return 'open'
      const due = stop.triedMs + keeps.probeEveryMs <= nowMs
      return stop.kind === 'shut' && due ? 'probe' : 'stopped'
    },
    triedAt(channel, nowMs) {
      stops.get(channel)!.triedMs = nowMs
    },
    why: (channel) => stops.get(channel)?.errcode,
  }
}
