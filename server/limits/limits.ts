/** Our limits: requests by the minute, and sends that WeChat would accept. */
import type { QuietHours } from '../config/values.ts'
import type { LimitOf } from '../ledger/send.ts'
import { codeBudgetsOfApp, rateRules, requestLimits, type RequestLimits } from '../rules/limits.ts'
import { limitedChannels } from '../rules/sending.ts'
import { createCache, createSingleFlight, localTime, nextMidnightMs } from '../runtime/world.ts'
import type { MonotonicClock } from '../runtime/world.ts'
import {
  StoreUnavailableError,
  type CodeBudget,
  type SendLimit,
  type RequestStore,
} from '../store/store.ts'

export interface RateLimit {
  /** Counts one request. `undefined`: it is within the limit; else the whole seconds to wait. */
  take(key: string | number): Taken | Promise<Taken>
}

type Taken = number | undefined

interface RateLimitOptions {
  store: RequestStore
  monotonic: Pick<MonotonicClock, 'now'>
  /** Separates the keys of this limit from those of another. */
  name: string
  perMinute: number
}

/**
 * So many requests a minute and key, counted over all processes on the database. Of a limit of 200
 * or more, each process may leave a hundredth unused, since it takes the limit in shares. While the
 * database is away, requests are admitted: their own work shows that.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { store, monotonic, name, perMinute } = options
  const { windowMs, sharesPerLimit, remembered, uncountedMs } = rateRules
  const whole = Math.max(1, Math.floor(perMinute / sharesPerLimit))
  const shares = createCache<Share>(monotonic, { entries: remembered, ageMs: windowMs })
  const asking = createSingleFlight<void>()

  async function askForShare(key: string): Promise<Share> {
    try {
      const counted = await store.countRequest({ key: `${name} ${key}`, windowMs, by: whole })
      const left = Math.min(whole, perMinute - (counted.count - whole))
      const endsAtMs = monotonic.now() + counted.leftMs
      return { left: Math.max(0, left), isLast: left <= 0, endsAtMs }
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      return { left: whole, isLast: false, endsAtMs: monotonic.now() + uncountedMs }
    }
  }

  /** Of a share that other requests need not know. */
  async function takeSingle(key: string): Promise<Taken> {
    const share = await askForShare(key)
    if (share.isLast) shares.set(key, share)
    return share.isLast ? waitOf(share) : undefined
  }

  async function takeOfNextShare(key: string): Promise<Taken> {
    await asking.run(key, async () => shares.set(key, await askForShare(key)))
    return take(key)
  }

  const waitOf = ({ endsAtMs }: Share) =>
    Math.max(1, Math.ceil((endsAtMs - monotonic.now()) / 1_000))

  function take(key: string): Taken | Promise<Taken> {
    const share = shares.get(key)
    if (share && monotonic.now() < share.endsAtMs) {
      if (share.isLast) return waitOf(share)
      if (share.left > 0) {
        share.left -= 1
        return undefined
      }
    }
    return whole === 1 ? takeSingle(key) : takeOfNextShare(key)
  }

  return { take: (key) => take(String(key)) }
}

/** What a process may admit of a key's limit without asking again. */
interface Share {
  left: number
  /** The limit is reached. */
  isLast: boolean
  endsAtMs: number
}

export interface RequestLimiters {
  /** Requests of phones, by user. */
  user: RateLimit
  /** Requests, by API key. */
  key: RateLimit
  /** By the client's address. */
  signIns: RateLimit
  /** Requests without a good credential, by the client's address. */
  failures: RateLimit
}

export function createRequestLimits(
  deps: Pick<RateLimitOptions, 'store' | 'monotonic'>,
  settings: Partial<RequestLimits> = {},
): RequestLimiters {
  const limits = { ...requestLimits, ...settings }
  const limitOf = (name: string, perMinute: number) => createRateLimit({ ...deps, name, perMinute })
  return {
    user: limitOf('user', limits.perUserMinute),
    key: limitOf('key', limits.perKeyMinute),
    signIns: limitOf('sign-in', limits.signInsPerAddressMinute),
    failures: limitOf('failure', limits.failuresPerAddressMinute),
  }
}

/** The codes that a key may spend on the local day, and how long that day lasts. */
export type CodeBudgetOf = (keyId: string, nowMs: number) => { budget: CodeBudget; leftMs: number }

export function createCodeBudget({
  codesPerKeyDay = requestLimits.codesPerKeyDay,
  timeZone = 'Asia/Shanghai',
}: {
  codesPerKeyDay?: number | undefined
  timeZone?: string | undefined
}): CodeBudgetOf {
  const local = localTime(timeZone)
  return (keyId, nowMs) => ({
    budget: {
      keyId,
      day: local(nowMs).day,
      mostOfKey: codesPerKeyDay,
      mostOfApp: codesPerKeyDay * codeBudgetsOfApp,
    },
    leftMs: nextMidnightMs(nowMs, timeZone) - nowMs,
  })
}

export interface SendLimitSettings {
  limitPerUserDay?: number
  quietHours?: QuietHours
  /** Of both. Default Asia/Shanghai. */
  timeZone?: string
}

/**
 * Limits against harassment (seeds/001 违规说明), off unless set. A message that they refuse costs no
 * credit.
 */
export function createSendLimits(settings: SendLimitSettings): LimitOf {
  const { limitPerUserDay: most, quietHours, timeZone = 'Asia/Shanghai' } = settings
  const local = localTime(timeZone)
  return (channel, nowMs): SendLimit => {
    if (!limitedChannels.includes(channel) || !(most || quietHours)) return {}
    const { day, minute } = local(nowMs)
    if (quietHours && isWithin(quietHours, minute)) {
      const until = clockOf(quietHours.untilMinute)
      const detail =
        `REACH_QUIET_HOURS lets nothing out before ${until} (${timeZone}): send it again then, ` +
        'under a new Idempotency-Key.'
      return { closed: { code: 'quiet_hours', detail } }
    }
    if (!most) return {}
    const detail =
      `The user was sent ${most} messages today, as many as REACH_LIMIT_PER_USER_DAY allows: ` +
      `send it again after midnight (${timeZone}), under a new Idempotency-Key.`
    return { perDay: { day, most, ifOver: { code: 'user_limit', detail } } }
  }
}

/** From the first minute on, up to the last; across midnight where `from` is the later one. */
export function isWithin({ fromMinute, untilMinute }: QuietHours, minute: number): boolean {
  return fromMinute < untilMinute
    ? fromMinute <= minute && minute < untilMinute
    : fromMinute <= minute || minute < untilMinute
}

const clockOf = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
