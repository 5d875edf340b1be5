/** Form ids and prepay ids: what a template message is sent with. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits, RightKind } from '../rules/limits.ts'
import type { Template } from './templates.ts'

export interface Rights {
  /** `undefined`: this id was handed out before. */
  issue(kind: RightKind, openId: string, id?: string): string | undefined
  /** Looks, and takes nothing. `unknown` also for another user's and for one that is too old. */
  check(id: string, openId: string): 'good' | 'used' | 'unknown'
  /** Takes one use of an id that `check` called good. */
  spend(id: string): void
}

export function createRights(clock: PlatformClock, random: Random, limits: () => Limits): Rights {
  const rights = new Map<string, { openId: string; endsAtMs: number; usesLeft: number }>()
  const newId = {
    form: () => random(16).toString('hex'),
    payment: () => `wx${prepayDate(clock.now())}${random(9).toString('hex')}`,
  } satisfies Record<RightKind, () => string>
  return {
    issue(kind, openId, id = newId[kind]()) {
      if (rights.has(id)) return undefined
      const { uses, lastsMs } = limits().rights[kind]
      rights.set(id, { openId, endsAtMs: clock.now() + lastsMs, usesLeft: uses })
      return id
    },
    check(id, openId) {
      const right = rights.get(id)
      if (!right || right.openId !== openId) return 'unknown'
      // First: a used id stays a used one after its end, and says more to who asks whether a call arrived.
      if (right.usesLeft === 0) return 'used'
      return clock.now() < right.endsAtMs ? 'good' : 'unknown'
    },
    spend(id) {
      const right = rights.get(id)
      if (right) right.usesLeft -= 1
    },
  }
}

/** A prepay_id carries the time of its order, in Shanghai: `wx20141027200939…`. */
function prepayDate(nowMs: number): string {
  const shanghai = new Date(nowMs + 8 * 3_600_000).toISOString()
  return shanghai.replace(/\D/g, '').slice(0, 14)
}

/** What users agreed to receive, by template (订阅消息). */

export interface Subscriptions {
  /** Adds one message; of a long-term template, all until it is turned off. Lifts a ban. */
  accept(openId: string, template: Template): void
  /** The user turns the template off: nothing is left. */
  turnOff(openId: string, template: Template): void
  ban(openId: string, template: Template): void
  /** Looks, and takes nothing. */
  check(openId: string, template: Template): 'good' | 'none' | 'banned'
  /** Takes one use of what `check` called good. */
  spend(openId: string, template: Template): void
}

interface Subscription {
  usesLeft: number
  banned: boolean
}

export function createSubscriptions(): Subscriptions {
  const subscriptions = new Map<string, Subscription>()
  const of = (openId: string, { templateId }: Template): Subscription => {
    const key = JSON.stringify([openId, templateId])
    const found = subscriptions.get(key) ?? { usesLeft: 0, banned: false }
    subscriptions.set(key, found)
    return found
  }
  return {
    accept(openId, template) {
      const subscription = of(openId, template)
      subscription.banned = false
      subscription.usesLeft = template.type === 3 ? Infinity : subscription.usesLeft + 1
    },
    turnOff(openId, template) {
      of(openId, template).usesLeft = 0
    },
    ban(openId, template) {
      of(openId, template).banned = true
    },
    check(openId, template) {
      const { usesLeft, banned } = of(openId, template)
      if (banned) return 'banned'
      return usesLeft > 0 ? 'good' : 'none'
    },
    spend(openId, template) {
      of(openId, template).usesLeft -= 1
    },
  }
}
