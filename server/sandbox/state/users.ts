/** The users of one app, known by their openId alone. */
import type { Random, PlatformClock } from '../../runtime/world.ts'

export interface Users {
  /** Adds a user, or finds the one that is there. */
  add(openId?: string): string
  has(openId: string): boolean
}

export function createUsers(random: Random): Users {
  const openIds = new Set<string>()
  return {
    // 28 characters and an `o` first, as the platform's.
    add(openId = `o${random(21).toString('base64url').slice(0, 27)}`) {
      openIds.add(openId)
      return openId
    },
    has: (openId) => openIds.has(openId),
  }
}

/** What reached the users of one app. */

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
