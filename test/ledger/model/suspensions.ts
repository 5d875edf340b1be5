/** Channels that WeChat shut or paused, as the model has them. */
import type { Channel } from '../../../shared/wire/index.ts'
import { keeps, nextMidnightMs } from './rules.ts'

interface Suspension {
  kind: 'shut' | 'pause'
  untilMs: number
  /** When the last probe was sent, or else when the channel was shut. */
  probedMs: number
  errcode: number
}

export interface Suspensions {
  suspend(channel: Channel, kind: Suspension['kind'], errcode: number, nowMs: number): void
  resume(channel: Channel): void
  /** `probe`: one message may be sent. */
  at(channel: Channel, nowMs: number): 'open' | 'suspended' | 'probe'
  markProbe(channel: Channel, nowMs: number): void
  /** The errcode that suspended it. */
  why(channel: Channel): number | undefined
}

export function createSuspensions(): Suspensions {
  const suspensions = new Map<Channel, Suspension>()
  return {
    suspend(channel, kind, errcode, nowMs) {
      const untilMs = kind === 'shut' ? Infinity : nextMidnightMs(nowMs)
      const before = suspensions.get(channel)
      if (before && before.untilMs > untilMs) return
      suspensions.set(channel, { kind, untilMs, probedMs: nowMs, errcode })
    },
    resume: (channel) => void suspensions.delete(channel),
    at(channel, nowMs) {
      const suspension = suspensions.get(channel)
      if (!suspension || suspension.untilMs <= nowMs) return 'open'
      const due = suspension.probedMs + keeps.probeEveryMs <= nowMs
      return suspension.kind === 'shut' && due ? 'probe' : 'suspended'
    },
    markProbe(channel, nowMs) {
      suspensions.get(channel)!.probedMs = nowMs
    },
    why: (channel) => suspensions.get(channel)?.errcode,
  }
}
