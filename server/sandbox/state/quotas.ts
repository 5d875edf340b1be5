/** Limits that a control can lower, so that a test can reach them. What is not set follows the edition. */
import type { PlatformClock } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'

export interface QuotaSettings {
  templateSendsPerDay?: number
  /** Of the codes A and C together. */
  codes?: number
  /** Of the code B. */
  codesPerMinute?: number
  /** `expires_in` of tokens made from now on, in seconds. */
  expiresIn?: number
}

export interface Quotas {
  set(settings: QuotaSettings): void
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

/** Counts what the platform counts by day; a day ends at midnight in Shanghai. */

export interface DailyCount {
  today(): number
  add(): void
}

const dayMs = 86_400_000
// China has had no daylight saving since 1991, so that the offset is a number.
const shanghaiAheadMs = 8 * 3_600_000

export function createDailyCount(clock: PlatformClock): DailyCount {
  let day = NaN
  let count = 0
  const today = () => {
    const now = Math.floor((clock.now() + shanghaiAheadMs) / dayMs)
    if (now !== day) [day, count] = [now, 0]
    return count
  }
  return {
    today,
    add() {
      count = today() + 1
    },
  }
}

/** How many codes were made: A and C for ever, B by the minute of the clock. */

export interface CodeCounts {
  /** A and C together. */
  lasting(): number
  addLasting(): void
  /** B. */
  thisMinute(): number
  addThisMinute(): void
}

export function createCodeCounts(clock: PlatformClock): CodeCounts {
  let lasting = 0
  let minute = NaN
  let inMinute = 0
  const thisMinute = () => {
    const now = Math.floor(clock.now() / 60_000)
    if (now !== minute) [minute, inMinute] = [now, 0]
    return inMinute
  }
  return {
    lasting: () => lasting,
    addLasting() {
      lasting += 1
    },
    thisMinute,
    addThisMinute() {
      inMinute = thisMinute() + 1
    },
  }
}

/** Whether the template sends of an account are shut (处罚说明). */

export interface Penalties {
  /** A later end stands; `Infinity` is for ever. Returns the end in milliseconds. */
  shut(forMs: number): number
  isShut(): boolean
}

export function createPenalties(clock: PlatformClock): Penalties {
  let endsAtMs = -Infinity
  return {
    shut(forMs) {
      endsAtMs = Math.max(endsAtMs, clock.now() + forMs)
      return endsAtMs
    },
    isShut: () => clock.now() < endsAtMs,
  }
}
