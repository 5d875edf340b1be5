/** Customer service: the windows in which users may be written to, and the typing state. */
import Type from 'typebox'
import type { PlatformClock } from '../../runtime/world.ts'
import type { Limits, Trigger } from '../rules/limits.ts'
import { EpochMs, Fields, Table, type Memory } from '../rules/memory.ts'

/**
 * The windows of one user are one allowance: a new trigger sets the uses to the largest limit among
 * the windows still open, and the end to the furthest.
 */
export interface CustomerWindows {
  open(openId: string, trigger: Trigger): void
  /** Changes nothing. */
  check(openId: string): 'open' | 'closed' | 'used up'
  /** Takes one use of an allowance that `check` called open. */
  spend(openId: string): void
}

/** The allowances by openId. */
export const CustomerWindowsMemory = Table(
  Fields({
    windows: Type.Array(Fields({ uses: Type.Integer(), endsAtMs: EpochMs })),
    usesLeft: Type.Integer(),
    endsAtMs: EpochMs,
  }),
)

export function createCustomerWindows(
  allowances: Memory<typeof CustomerWindowsMemory>,
  clock: PlatformClock,
  limits: () => Limits,
): CustomerWindows {
  return {
    open(openId, trigger) {
      const now = clock.now()
      const { uses, lastsMs } = limits().customer[trigger]
      const previous = allowances.get(openId)?.windows ?? []
      const windows = [
        ...previous.filter(({ endsAtMs }) => now < endsAtMs),
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

/** Which users see that customer service is typing (客服输入状态). */
export interface Typing {
  /** Records a message in either direction, which ends the typing state. */
  message(openId: string): void
  /** `silent`: the last message is too long ago for typing to begin. */
  state(openId: string): 'free' | 'silent' | 'typing'
  begin(openId: string): void
  cancel(openId: string): void
}

/** By openId. */
export const TypingMemory = Fields({ messageAtMs: Table(EpochMs), typingUntilMs: Table(EpochMs) })

export function createTyping(
  { messageAtMs, typingUntilMs }: Memory<typeof TypingMemory>,
  clock: PlatformClock,
  limits: () => Limits,
): Typing {
  return {
    message(openId) {
      messageAtMs.set(openId, clock.now())
      typingUntilMs.delete(openId)
    },
    state(openId) {
      const now = clock.now()
      if (now < (typingUntilMs.get(openId) ?? -Infinity)) return 'typing'
      const lastMessageMs = messageAtMs.get(openId) ?? -Infinity
      return now < lastMessageMs + limits().typing.afterMessageMs ? 'free' : 'silent'
    },
    begin: (openId) => void typingUntilMs.set(openId, clock.now() + limits().typing.lastsMs),
    cancel: (openId) => void typingUntilMs.delete(openId),
  }
}
