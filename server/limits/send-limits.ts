/** Against harassment (seeds/001 违规说明): limits of ours, off unless set, that cost no credit. */
import type { QuietHours } from '../config/values.ts'
import type { LimitOf } from '../ledger/send.ts'
import { limitedChannels } from '../rules/sending.ts'
import { localTime } from '../runtime/time.ts'
import type { SendLimit } from '../store/store.ts'

export interface SendLimitSettings {
  limitPerUserDay?: number
  quietHours?: QuietHours
  /** Of both. Default Asia/Shanghai. */
  timeZone?: string
}

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
