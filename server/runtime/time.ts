/** Times as text, and times of day in a time zone. */
import { day, minute } from '../rules/time.ts'

/** Times leave as ISO 8601 in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** The minute of the local day, and that day's number since 1970. */
export function localTime(timeZone: string): (nowMs: number) => { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (nowMs) => {
    const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
    return {
      day: Date.UTC(part('year'), part('month') - 1, part('day')) / day,
      minute: part('hour') * 60 + part('minute'),
    }
  }
}

/** The next midnight in a zone without summer time and of whole minutes, as Shanghai is. */
export function nextMidnightMs(nowMs: number, timeZone: string): number {
  const passedMs = localTime(timeZone)(nowMs).minute * minute + (nowMs % minute)
  return nowMs - passedMs + day
}
