/** The model's suspensions: channels that WeChat has shut or paused. */
import type { Channel } from '../../../shared/wire/index.ts'
import { periods, nextMidnightMs } from './rules.ts'

interface Suspension {
  kind: 'shut' | 'pause'
  untilMs: number
  atMs: number
  /** When the last probe was sent, else when the channel was shut. */
  probedMs: number
  errcode: number
}

export interface Suspensions {
  suspend(channel: Channel, kind: Suspension['kind'], errcode: number, nowMs: number): void
  /** @param atMs when the probed channel was shut; a later suspension stays. Default: any. */
  resume(channel: Channel, atMs?: number): void
  /** `probe`: one message may be sent. */
  at(channel: Channel, nowMs: number): 'open' | 'suspended' | 'probe'
  /** @returns when the channel was shut */
  markProbe(channel: Channel, nowMs: number): number
  /** The errcode that suspended the channel. */
  why(channel: Channel): number | undefined
}

export function createSuspensions(): Suspensions {
  const suspensions = new Map<Channel, Suspension>()
  return {
    suspend(channel, kind, errcode, nowMs) {
      const untilMs = kind === 'shut' ? Infinity : nextMidnightMs(nowMs)
      const before = suspensions.get(channel)
      if (before && before.untilMs > untilMs) return
      suspensions.set(channel, { kind, untilMs, atMs: nowMs, probedMs: nowMs, errcode })
    },
    resume(channel, atMs) {
      const isMeant = atMs === undefined || suspensions.get(channel)?.atMs === atMs
      if (isMeant) suspensions.delete(channel)
    },
    at(channel, nowMs) {
      const suspension = suspensions.get(channel)
      if (!suspension || suspension.untilMs <= nowMs) return 'open'
      const due = suspension.probedMs + periods.probeEveryMs <= nowMs
      return suspension.kind === 'shut' && due ? 'probe' : 'suspended'
    },
    markProbe(channel, nowMs) {
      const suspension = suspensions.get(channel)!
      suspension.probedMs = nowMs
      return suspension.atMs
    },
    why: (channel) => suspensions.get(channel)?.errcode,
  }
}
