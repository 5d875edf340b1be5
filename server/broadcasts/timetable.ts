/** How long a broadcast takes: its pace, and the hours in which nothing goes out. */
import type { QuietHours } from '../config/values.ts'
import { sendingRules } from '../rules/broadcasts.ts'
import { createClosings, createOpenings } from './openings.ts'
import { paceOf, type BroadcastPlan } from './plan.ts'

interface Span {
  /** `spreadOver` counts from here. */
  startedAtMs: number
  fromMs: number
  /** Its deadline. */
  untilMs: number
  messages: number
}

interface Timetable {
  /** The first moment from `fromMs` on at which it may send. */
  beginsAt(plan: BroadcastPlan, fromMs: number): number
  /** When the last message goes out, and how many are left at the deadline. */
  endOf(plan: BroadcastPlan, span: Span): { endsAtMs: number; late: number }
}

/** One process sends no faster. */
const fastestMs = sendingRules.callMs / sendingRules.atOnce

export function createTimetable(
  quietHours: QuietHours | undefined,
  timeZone = 'Asia/Shanghai',
): Timetable {
  const openingOf = createOpenings(quietHours, timeZone)
  const closingOf = createClosings(quietHours, timeZone)
  return {
    beginsAt: (plan, fromMs) => openingOf(plan, fromMs).atMs,

    endOf(plan, { startedAtMs, fromMs, untilMs, messages }) {
      let left = messages
      let endsAtMs = fromMs
      while (left > 0) {
        const { atMs } = openingOf(plan, endsAtMs)
        const closesMs = Math.min(closingOf(plan, atMs), untilMs)
        // Also where its window and the quiet hours leave no moment.
        if (closesMs <= atMs) return { endsAtMs: untilMs, late: left }
        const paceMs = paceOf(plan, { startedAtMs, waiting: left, nowMs: atMs }) ?? fastestMs
        const stepMs = Math.max(paceMs, fastestMs)
        const sent = Math.min(left, Math.floor((closesMs - atMs) / stepMs))
        left -= sent
        endsAtMs = left === 0 ? atMs + sent * stepMs : closesMs
      }
      return { endsAtMs, late: 0 }
    },
  }
}
