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

/** To whom customer service is seen typing (客服输入状态). */

export interface Typing {
  /** A message went either way: it ends the state. */
  message(openId: string): void
  /** `silent`: no message went either way of late. */
  standing(openId: string): 'free' | 'silent' | 'typing'
  begin(openId: string): void
  cancel(openId: string): void
}

export function createTyping(clock: PlatformClock, limits: () => Limits): Typing {
  const messageAtMs = new Map<string, number>()
  const typingUntilMs = new Map<string, number>()
  const before = (times: Map<string, number>, openId: string) => times.get(openId) ?? -Infinity
  return {
    message(openId) {
      messageAtMs.set(openId, clock.now())
      typingUntilMs.delete(openId)
    },
    standing(openId) {
      if (clock.now() < before(typingUntilMs, openId)) return 'typing'
      const until = before(messageAtMs, openId) + limits().typing.afterMessageMs
      return clock.now() < until ? 'free' : 'silent'
    },
    begin: (openId) => void typingUntilMs.set(openId, clock.now() + limits().typing.lastsMs),
    cancel: (openId) => void typingUntilMs.delete(openId),
  }
}
