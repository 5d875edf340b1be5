/** What an account may still do: quotas, the counts held against them, and penalties. */
import type { PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { minute, shanghaiDay } from '../rules/time.ts'

/** Limits that a control can lower so that a test can reach them. */
interface QuotaSettings {
  templateSendsPerDay?: number
  /** Codes of getwxacode and createwxaqrcode together. */
  codes?: number
  /** Codes of getwxacodeunlimit. */
  codesPerMinute?: number
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

export interface CodeCounts {
  /** Codes of getwxacode and createwxaqrcode together, ever. */
  lasting(): number
  addLasting(): void
  /** Codes of getwxacodeunlimit in this minute of the clock. */
  thisMinute(): number
  addThisMinute(): void
}

export function createCodeCounts(clock: PlatformClock): CodeCounts {
  const byMinute = createPeriodCount(() => Math.floor(clock.now() / minute))
  let lasting = 0
  return {
    lasting: () => lasting,
    addLasting() {
      lasting += 1
    },
    thisMinute: byMinute.current,
    addThisMinute: byMinute.add,
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
