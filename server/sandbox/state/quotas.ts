/** What an account may do: quotas and penalties, and the notices about them. */
import Type, { type Static } from 'typebox'
import { iso, type PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { Fields, Time, Unbounded, type Memory } from '../rules/memory.ts'

/** Limits that a control can lower so that a test can reach them. */
export const QuotasMemory = Fields({
  templateSendsPerDay: Type.Optional(Type.Integer()),
  /** Codes of getwxacode and createwxaqrcode together. */
  codes: Type.Optional(Type.Integer()),
  /** Codes of getwxacodeunlimit. */
  codesPerMinute: Type.Optional(Type.Integer()),
  /** URL Links and URL Schemes together. */
  linksPerDay: Type.Optional(Type.Integer()),
  /** Calls for URL Links and URL Schemes. */
  linksPerSecond: Type.Optional(Type.Integer()),
  shortLinksPerDay: Type.Optional(Type.Integer()),
  /** Permanent Short Links, without end. */
  permanentShortLinks: Type.Optional(Type.Integer()),
  /** Calls of msg_sec_check. */
  textChecksPerDay: Type.Optional(Type.Integer()),
  textChecksPerMinute: Type.Optional(Type.Integer()),
  /** Calls of media_check_async. */
  mediaChecksPerDay: Type.Optional(Type.Integer()),
  mediaChecksPerMinute: Type.Optional(Type.Integer()),
  /** Calls of the account, of any endpoint. */
  callsPerMinute: Type.Optional(Unbounded),
  /** `expires_in` of tokens issued from now on, in seconds. */
  expiresIn: Type.Optional(Type.Integer()),
})
type QuotaSettings = Memory<typeof QuotasMemory>

export interface Quotas {
  set(settings: QuotaSettings): void
  /** A quota that was not set follows the edition. */
  current(): Required<QuotaSettings>
}

export function createQuotas(set: QuotaSettings, limits: () => Limits): Quotas {
  return {
    set: (settings) => void Object.assign(set, settings),
    current: () => ({
      templateSendsPerDay: limits().templateSendsPerDay,
      codes: limits().codes,
      codesPerMinute: limits().codesPerMinute,
      linksPerDay: limits().links.perDay,
      linksPerSecond: limits().links.perSecond,
      shortLinksPerDay: limits().links.shortPerDay,
      permanentShortLinks: limits().links.permanentShort,
      textChecksPerDay: limits().checks.text.perDay,
      textChecksPerMinute: limits().checks.text.perMinute,
      mediaChecksPerDay: limits().checks.media.perDay,
      mediaChecksPerMinute: limits().checks.media.perMinute,
      callsPerMinute: Infinity,
      expiresIn: limits().tokenSeconds,
      ...set,
    }),
  }
}

/** Whether template messages of the account are blocked (处罚说明). */
export interface Penalties {
  /** Never shortens a block; `Infinity` has no end. Returns the end in milliseconds. */
  block(forMs: number): number
  isBlocked(): boolean
}

export const PenaltiesMemory = Fields({ endsAtMs: Type.Optional(Unbounded) })

export function createPenalties(
  memory: Memory<typeof PenaltiesMemory>,
  clock: PlatformClock,
): Penalties {
  return {
    block(forMs) {
      memory.endsAtMs = Math.max(memory.endsAtMs ?? 0, clock.now() + forMs)
      return memory.endsAtMs
    },
    isBlocked: () => clock.now() < (memory.endsAtMs ?? 0),
  }
}

/** What the platform tells the account (站内信). */
export interface Notices {
  add(title: string, content: string): void
  /** Oldest first. */
  list(): Notice[]
}

export const Notice = Type.Object({ at: Time, title: Type.String(), content: Type.String() })
type Notice = Static<typeof Notice>

export const NoticesMemory = Type.Array(Notice)

export function createNotices(notices: Notice[], clock: PlatformClock): Notices {
  return {
    add: (title, content) => void notices.push({ at: iso(clock.now()), title, content }),
    list: () => [...notices],
  }
}
