/** What reached the users of one app. */
import type { PlatformClock } from '../../runtime/world.ts'

export interface Delivered {
  kind: 'template' | 'subscribe' | 'customer'
  /** ISO 8601, by the platform's clock. */
  at: string
  /** As the API call carried it. */
  body: unknown
}

export interface Inbox {
  deliver(openId: string, kind: Delivered['kind'], body: unknown): void
  of(openId: string): Delivered[]
}

export function createInbox(clock: PlatformClock): Inbox {
  const messages = new Map<string, Delivered[]>()
  return {
    deliver(openId, kind, body) {
      const received = messages.get(openId) ?? []
      received.push({ kind, at: new Date(clock.now()).toISOString(), body })
      messages.set(openId, received)
    },
    of: (openId) => messages.get(openId) ?? [],
  }
}
