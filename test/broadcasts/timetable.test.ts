import { describe, expect, it } from '@jest/globals'
import type { BroadcastPlan } from '../../server/broadcasts/plan.ts'
import { createTimetable } from '../../server/broadcasts/timetable.ts'
import { day, hour, minute, second } from '../../server/rules/time.ts'

const zone = 'Asia/Shanghai'
/** Noon in Shanghai. */
const noonMs = Date.UTC(2026, 5, 1, 4)
const plan: BroadcastPlan = {
  message: { channel: 'subscribe', templateId: 'T', data: {} },
  audience: { from: 'holders' },
}
const byDay = { fromMinute: 9 * 60, untilMinute: 21 * 60, timeZone: zone }
const atNight = { fromMinute: 22 * 60, untilMinute: 8 * 60 }
const span = (messages: number, rest: object = {}) => ({
  startedAtMs: noonMs,
  fromMs: noonMs,
  untilMs: noonMs + 7 * day,
  messages,
  ...rest,
})

describe('the last message of a broadcast', () => {
  const endOf = (rest: Partial<BroadcastPlan>, messages: number, times: object = {}) =>
    createTimetable(undefined).endOf({ ...plan, ...rest }, span(messages, times))

  it('goes out by its pace, or by what one process sends at once', () => {
    expect(endOf({}, 0)).toEqual({ endsAtMs: noonMs, late: 0 })
    expect(endOf({}, 6_400)).toEqual({ endsAtMs: noonMs + 10 * second, late: 0 })
    expect(endOf({ perMinute: 60 }, 90)).toEqual({ endsAtMs: noonMs + 90 * second, late: 0 })
    expect(endOf({ spreadOverMs: hour }, 90)).toEqual({ endsAtMs: noonMs + hour, late: 0 })
    // No process is so fast.
    expect(endOf({ perMinute: 60_000 }, 6_400).endsAtMs).toBe(noonMs + 10 * second)
  })

  it('waits for the hours of sending, as often as they end', () => {
    // 9 hours until 21:00, then 12 a day: 10 of them are left for the next day.
    const hourly = { sendWindow: byDay, perMinute: 1 }
    expect(endOf(hourly, 9 * 60)).toEqual({ endsAtMs: noonMs + 9 * hour, late: 0 })
    expect(endOf(hourly, 9 * 60 + 10).endsAtMs).toBe(noonMs + 21 * hour + 10 * minute)
    expect(endOf(hourly, 30 * 60).endsAtMs).toBe(noonMs + 54 * hour)
    const nightMs = noonMs + 10 * hour
    expect(endOf(hourly, 1, { fromMs: nightMs }).endsAtMs).toBe(noonMs + 21 * hour + minute)
  })

  it('is too late for those whom the deadline leaves no time', () => {
    const untilMs = noonMs + hour
    expect(endOf({ perMinute: 1 }, 100, { untilMs })).toEqual({ endsAtMs: untilMs, late: 40 })
    const closed = { sendWindow: { ...byDay, fromMinute: 20 * 60 } }
    expect(endOf(closed, 100, { untilMs })).toEqual({ endsAtMs: untilMs, late: 100 })
  })

  it('keeps to quiet hours, and never comes where the two leave no moment', () => {
    const quiet = createTimetable(atNight, zone)
    expect(quiet.beginsAt(plan, noonMs + 10 * hour)).toBe(noonMs + 20 * hour)
    const slow = { ...plan, perMinute: 1 }
    expect(quiet.endOf(slow, span(10 * 60 + 5)).endsAtMs).toBe(noonMs + 20 * hour + 5 * minute)
    const night = { ...byDay, fromMinute: 23 * 60, untilMinute: 60 }
    const never = { ...plan, sendWindow: night }
    expect(quiet.endOf(never, span(3))).toEqual({ endsAtMs: noonMs + 7 * day, late: 3 })
  })
})
