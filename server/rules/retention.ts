/** What is stored, and for how long. */
import { day } from './time.ts'

/** A phone may claim that an event is at most so old. */
export const maxEventAgeMs = 30 * day

/** Personal data, and how long it is stored. */
export const retention = {
  messageDataMs: 7 * day,
  /** Of what WeChat pushed, unless REACH_PUSH_CONTENT_DAYS says otherwise. */
  pushContentDays: 7,
  /** A message after its final state; its Idempotency-Key is known for less long. */
  messagesMs: 180 * day,
  eventsMs: 30 * day,
  arrivalsMs: 180 * day,
  auditMs: 180 * day,
  /** Sums without a person. */
  tagResultsMs: 180 * day,
  /** A credit and its history, after its end: until then a formId that comes again is known. */
  endedCreditsMs: 8 * day,
} as const
