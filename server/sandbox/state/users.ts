/** The users of one app and the messages that reached them. */
import { iso, type PlatformClock, type Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

export interface Users {
  /**
   * Adds a user, or returns the existing one, of whom it changes only what is named. Either way the
   * user visits. Default: a new openId.
   */
  add(openId?: string, about?: AboutUser): string
  /** The same openId when the app has this user. */
  find(openId: string | undefined): string | undefined
  /** An old WeChat receives template messages, and shows none of them. */
  showsTemplateMessages(openId: string): boolean
  /** `undefined`: the app is bound to no open-platform account (开放平台账号) with this user. */
  unionId(openId: string): string | undefined
  /** The user does something in the mini-program. */
  visit(openId: string): void
  visitedRecently(openId: string): boolean
}

interface AboutUser {
  /** Of the WeChat on the user's phone. Default: a new one. */
  wechatVersion?: string
  unionId?: string
}

export function createUsers(clock: PlatformClock, random: Random, limits: () => Limits): Users {
  const users = new Map<string, AboutUser>()
  const visits = new Map<string, number>()
  const visit = (openId: string) => void visits.set(openId, clock.now())
  return {
    // The platform's openIds have 28 characters and begin with `o`.
    add(openId = `o${random(21).toString('base64url').slice(0, 27)}`, about = {}) {
      users.set(openId, { ...users.get(openId), ...about })
      visit(openId)
      return openId
    },
    find: (openId) => (openId !== undefined && users.has(openId) ? openId : undefined),
    showsTemplateMessages(openId) {
      const from = limits().showsTemplateMessagesFrom
      const version = users.get(openId)?.wechatVersion ?? from
      return version.localeCompare(from, 'en', { numeric: true }) >= 0
    },
    unionId: (openId) => users.get(openId)?.unionId,
    visit,
    visitedRecently(openId) {
      const visitedAtMs = visits.get(openId) ?? -Infinity
      return clock.now() < visitedAtMs + limits().visitLastsMs
    },
  }
}

export interface InboxMessage {
  kind: 'template' | 'officialAccount' | 'subscribe' | 'customer'
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
