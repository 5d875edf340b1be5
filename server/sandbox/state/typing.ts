/** To whom customer service is seen typing (客服输入状态). */
import type { PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

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
