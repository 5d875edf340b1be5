/** The users of one app and the messages that reached them. */
import Type, { type Static, type TObject } from 'typebox'
import { iso, type PlatformClock, type Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { EpochMs, Fields, Table, Time, type Memory } from '../rules/memory.ts'

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

const aboutUser = {
  /** Of the WeChat on the user's phone. Default: a new one. */
  wechatVersion: Type.Optional(Type.String()),
  unionId: Type.Optional(Type.String()),
}
type AboutUser = Static<TObject<typeof aboutUser>>

/** By openId. */
export const UsersMemory = Table(Fields({ ...aboutUser, visitedAtMs: Type.Optional(EpochMs) }))

export function createUsers(
  users: Memory<typeof UsersMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): Users {
  return {
    // The platform's openIds have 28 characters and begin with `o`.
    add(openId = `o${random(21).toString('base64url').slice(0, 27)}`, about = {}) {
      users.set(openId, { ...users.get(openId), ...about, visitedAtMs: clock.now() })
      return openId
    },
    find: (openId) => (openId !== undefined && users.has(openId) ? openId : undefined),
    showsTemplateMessages(openId) {
      const from = limits().showsTemplateMessagesFrom
      const version = users.get(openId)?.wechatVersion ?? from
      return version.localeCompare(from, 'en', { numeric: true }) >= 0
    },
    unionId: (openId) => users.get(openId)?.unionId,
    visit(openId) {
      const user = users.get(openId)
      if (user) user.visitedAtMs = clock.now()
    },
    visitedRecently(openId) {
      const { visitedAtMs = -Infinity } = users.get(openId) ?? {}
      return clock.now() < visitedAtMs + limits().visitLastsMs
    },
  }
}

export const InboxMessage = Type.Object({
  kind: Type.Enum(['template', 'officialAccount', 'subscribe', 'customer']),
  at: Time,
  body: Type.Unknown({ description: 'Of the API call that sent it.' }),
})
export type InboxMessage = Static<typeof InboxMessage>

/** By openId. */
export const InboxMemory = Table(Type.Array(InboxMessage))

export interface Inbox {
  deliver(openId: string, kind: InboxMessage['kind'], body: unknown): void
  /** Oldest first. */
  list(openId: string): InboxMessage[]
}

export function createInbox(messages: Memory<typeof InboxMemory>, clock: PlatformClock): Inbox {
  return {
    deliver(openId, kind, body) {
      const received = messages.get(openId) ?? []
      received.push({ kind, at: iso(clock.now()), body })
      messages.set(openId, received)
    },
    list: (openId) => messages.get(openId) ?? [],
  }
}
