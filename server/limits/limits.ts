/** Our limits: requests by the minute, and sends that WeChat would accept. */
import type { QuietHours } from '../config/values.ts'
import type { LimitOf } from '../ledger/send.ts'
import { rateWindowMs } from '../rules/limits.ts'
import { limitedChannels } from '../rules/sending.ts'
import { localTime } from '../runtime/world.ts'
import type { SendLimit, RequestStore } from '../store/store.ts'

export interface RateLimit {
  /** Counts one request. `undefined`: it is within the limit; else the whole seconds to wait. */
  take(key: string | number): Promise<number | undefined>
}

/**
 * So many requests a minute and key, counted over all processes on the database.
 * @param name separates the keys of this limit from those of another
 */
export function createRateLimit(store: RequestStore, name: string, perMinute: number): RateLimit {
  return {
    async take(key) {
      const windowMs = rateWindowMs
      const { count, leftMs } = await store.countRequest({ key: `${name} ${key}`, windowMs })
      return count > perMinute ? Math.ceil(leftMs / 1000) : undefined
    },
  }
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
function isWithin({ fromMinute, untilMinute }: QuietHours, minute: number): boolean {
  return fromMinute < untilMinute
    ? fromMinute <= minute && minute < untilMinute
    : fromMinute <= minute || minute < untilMinute
}

const clockOf = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
