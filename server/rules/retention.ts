/** What is kept, and how long. */
import { day } from './time.ts'

/** A phone may claim that an event is at most so old. */
export const maxEventAgeMs = 30 * day

/** What is kept of persons, and how long. */
export const retention = {
  messageDataMs: 7 * day,
  /** A message that rests; its key is known for less long. */
  messagesMs: 180 * day,
  eventsMs: 30 * day,
  arrivalsMs: 180 * day,
  /** A credit and its history, after its end: until then a formId that comes again is known. */
  endedCreditsMs: 8 * day,
} as const
