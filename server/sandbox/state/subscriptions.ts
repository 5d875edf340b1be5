/** What users agreed to receive, by template (订阅消息). */
import type { Template } from './templates.ts'

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
