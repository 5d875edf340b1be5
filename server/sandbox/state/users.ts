/** The users of one app and the messages that reached them. */
import { iso, type PlatformClock, type Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

export interface Users {
  /**
   * Adds a user, or returns the existing one. Default: a new openId.
   *
   * @param wechatVersion of the WeChat on the user's phone. Default: that of before, or a new one.
   */
  add(openId?: string, wechatVersion?: string): string
  /** The same openId when the app has this user. */
  find(openId: string | undefined): string | undefined
  /** An old WeChat receives template messages, and shows none of them. */
  showsTemplateMessages(openId: string): boolean
}

export function createUsers(random: Random, limits: () => Limits): Users {
  const versions = new Map<string, string | undefined>()
  return {
    // The platform's openIds have 28 characters and begin with `o`.
    add(openId = `o${random(21).toString('base64url').slice(0, 27)}`, wechatVersion) {
      versions.set(openId, wechatVersion ?? versions.get(openId))
      return openId
    },
    find: (openId) => (openId !== undefined && versions.has(openId) ? openId : undefined),
    showsTemplateMessages(openId) {
      const from = limits().showsTemplateMessagesFrom
      const version = versions.get(openId) ?? from
      return version.localeCompare(from, 'en', { numeric: true }) >= 0
    },
  }
}

export interface InboxMessage {
  kind: 'template' | 'subscribe' | 'customer'
  /** ISO 8601, by the platform's clock. */
  at: string
  /** The body of the API call that sent it. */
  body: unknown
}

export interface Inbox {
  deliver(openId: string, kind: InboxMessage['kind'], body: unknown): void
  /** Oldest first. */
  list(openId: string): InboxMessage[]
}

export function createInbox(clock: PlatformClock): Inbox {
  const messages = new Map<string, InboxMessage[]>()
  return {
    deliver(openId, kind, body) {
      const received = messages.get(openId) ?? []
      received.push({ kind, at: iso(clock.now()), body })
      messages.set(openId, received)
    },
    list: (openId) => messages.get(openId) ?? [],
  }
}
