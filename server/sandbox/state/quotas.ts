/** What an account may do: quotas and penalties, and the notices about them. */
import { iso, type PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

/** Limits that a control can lower so that a test can reach them. */
export interface QuotaSettings {
  templateSendsPerDay?: number
  /** Codes of getwxacode and createwxaqrcode together. */
  codes?: number
  /** Codes of getwxacodeunlimit. */
  codesPerMinute?: number
  /** URL Links and URL Schemes together. */
  linksPerDay?: number
  /** Calls for URL Links and URL Schemes. */
  linksPerSecond?: number
  shortLinksPerDay?: number
  /** Permanent Short Links, without end. */
  permanentShortLinks?: number
  /** Calls of msg_sec_check. */
  textChecksPerDay?: number
  textChecksPerMinute?: number
  /** Calls of media_check_async. */
  mediaChecksPerDay?: number
  mediaChecksPerMinute?: number
  /** Calls of the account, of any endpoint. `Infinity`: not bounded. */
  callsPerMinute?: number
  /** `expires_in` of tokens issued from now on, in seconds. */
  expiresIn?: number
}

export interface Quotas {
  set(settings: QuotaSettings): void
  /** A quota that was not set follows the edition. */
  current(): Required<QuotaSettings>
}

export function createQuotas(limits: () => Limits): Quotas {
  let set: QuotaSettings = {}
  return {
    set(settings) {
      set = { ...set, ...settings }
    },
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

export function createPenalties(clock: PlatformClock): Penalties {
  let endsAtMs = -Infinity
  return {
    block(forMs) {
      endsAtMs = Math.max(endsAtMs, clock.now() + forMs)
      return endsAtMs
    },
    isBlocked: () => clock.now() < endsAtMs,
  }
}

/** What the platform tells the account (站内信). */
export interface Notices {
  add(title: string, content: string): void
  /** Oldest first. */
  list(): { at: string; title: string; content: string }[]
}

export function createNotices(clock: PlatformClock): Notices {
  const notices: { at: string; title: string; content: string }[] = []
  return {
    add: (title, content) => void notices.push({ at: iso(clock.now()), title, content }),
    list: () => [...notices],
  }
}
