/** What users gave the app a right to send: form ids, prepay ids and subscriptions. */
import Type from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits, RightKind } from '../rules/limits.ts'
import { shanghaiDigits } from '../rules/time.ts'
import { EpochMs, Fields, Table, Unbounded, type Memory } from '../rules/memory.ts'
import type { Template } from './templates.ts'

/** Form ids and prepay ids, which template messages are sent with. */
export interface Rights {
  /** `undefined`: this id was issued before. Default: a new id. */
  issue(kind: RightKind, openId: string, id?: string): string | undefined
  /** Changes nothing. `unknown` also for another user's id and for an expired one. */
  check(id: string, openId: string): 'usable' | 'used' | 'unknown'
  /** Takes one use of an id that `check` called usable. */
  spend(id: string): void
}

/** By id. */
export const RightsMemory = Table(
  Fields({ openId: Type.String(), endsAtMs: EpochMs, usesLeft: Type.Integer() }),
)

export function createRights(
  rights: Memory<typeof RightsMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): Rights {
  const newId = {
    form: () => random(16).toString('hex'),
    // A prepay_id carries the time of its order: `wx20141027200939…`.
    payment: () => `wx${shanghaiDigits(clock.now())}${random(9).toString('hex')}`,
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
      // Before the expiry: a caller that repeats a lost call learns that the first one arrived.
      if (right.usesLeft === 0) return 'used'
      return clock.now() < right.endsAtMs ? 'usable' : 'unknown'
    },
    spend(id) {
      const right = rights.get(id)
      if (right) right.usesLeft -= 1
    },
  }
}

/** What users agreed to receive, by template (订阅消息). */
export interface Subscriptions {
  /** Adds one message; for a long-term template, all until it is turned off. Lifts a ban. */
  accept(openId: string, template: Template): void
  /** Removes all that is left. */
  turnOff(openId: string, template: Template): void
  ban(openId: string, template: Template): void
  /** Changes nothing. */
  check(openId: string, template: Template): 'usable' | 'none' | 'banned'
  /** Takes one use of what `check` called usable. */
  spend(openId: string, template: Template): void
}

const Subscription = Fields({ usesLeft: Unbounded, banned: Type.Boolean() })
type Subscription = Memory<typeof Subscription>

/** By openId and templateId, as JSON. */
export const SubscriptionsMemory = Table(Subscription)

export function createSubscriptions(
  subscriptions: Memory<typeof SubscriptionsMemory>,
): Subscriptions {
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
      return usesLeft > 0 ? 'usable' : 'none'
    },
    spend(openId, template) {
      of(openId, template).usesLeft -= 1
    },
  }
}
