/**
 * In which windows users may be written to by customer service. Those of one user are one allowance: a new
 * trigger sets the uses to the largest limit among the windows still open, and the end to the furthest.
 */
import type { PlatformClock } from '../../runtime/world.ts'
import type { Limits, Trigger } from '../rules/limits.ts'

export interface CustomerWindows {
  open(openId: string, trigger: Trigger): void
  /** Looks, and takes nothing. */
  check(openId: string): 'open' | 'closed' | 'used up'
  /** Takes one use of an allowance that `check` called open. */
  spend(openId: string): void
}

interface Allowance {
  windows: { uses: number; endsAtMs: number }[]
  usesLeft: number
  endsAtMs: number
}

export function createCustomerWindows(clock: PlatformClock, limits: () => Limits): CustomerWindows {
  const allowances = new Map<string, Allowance>()
  return {
    open(openId, trigger) {
      const now = clock.now()
      const { uses, lastsMs } = limits().customer[trigger]
      const before = allowances.get(openId)?.windows ?? []
      const windows = [
        ...before.filter(({ endsAtMs }) => now < endsAtMs),
        { uses, endsAtMs: now + lastsMs },
      ]
      allowances.set(openId, {
        windows,
        usesLeft: Math.max(...windows.map((window) => window.uses)),
        endsAtMs: Math.max(...windows.map((window) => window.endsAtMs)),
      })
    },
    check(openId) {
      const allowance = allowances.get(openId)
      if (!allowance || clock.now() >= allowance.endsAtMs) return 'closed'
      return allowance.usesLeft > 0 ? 'open' : 'used up'
    },
    spend(openId) {
      const allowance = allowances.get(openId)
      if (allowance) allowance.usesLeft -= 1
    },
  }
}
