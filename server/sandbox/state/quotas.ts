/** What an account may still do: quotas, the counts held against them, penalties and notices. */
import { iso, type PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { minute, shanghaiDay } from '../rules/time.ts'

/** Limits that a control can lower so that a test can reach them. */
export interface QuotaSettings {
  templateSendsPerDay?: number
  /** Codes of getwxacode and createwxaqrcode together. */
  codes?: number
  /** Codes of getwxacodeunlimit. */
  codesPerMinute?: number
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
      callsPerMinute: Infinity,
      expiresIn: limits().tokenSeconds,
      ...set,
    }),
  }
}

/** A count that starts anew at midnight in Shanghai. */
export interface DailyCount {
  today(): number
  add(): void
}

export function createDailyCount(clock: PlatformClock): DailyCount {
  const count = createPeriodCount(() => shanghaiDay(clock.now()))
  return { today: count.current, add: count.add }
}

/** A count that starts anew with each minute of the clock. */
export interface MinuteCount {
  thisMinute(): number
  add(): void
}

export function createMinuteCount(clock: PlatformClock): MinuteCount {
  const count = createPeriodCount(() => Math.floor(clock.now() / minute))
  return { thisMinute: count.current, add: count.add }
}

/** Codes of getwxacode and createwxaqrcode together, ever. */
export interface LastingCodes {
  count(): number
  add(): void
}

export function createLastingCodes(): LastingCodes {
  let lasting = 0
  return {
    count: () => lasting,
    add() {
      lasting += 1
    },
  }
}

/** Counts within a period and starts anew with the next one. `period` gives its number. */
function createPeriodCount(period: () => number) {
  let counted = NaN
  let count = 0
  const current = () => {
    const now = period()
    if (now !== counted) [counted, count] = [now, 0]
    return count
  }
  return {
    current,
    add() {
      count = current() + 1
    },
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
