/** The hours of the day in which a broadcast is sent, in a zone of its own. */
import { isWithin } from '../limits/limits.ts'
import { day, minute } from '../rules/time.ts'
import { localTime } from '../runtime/world.ts'

/** Minutes of the local day. Across midnight where `fromMinute` is the later one. */
export interface SendWindow {
  fromMinute: number
  untilMinute: number
  /** Of the IANA database, such as `Asia/Shanghai`. */
  timeZone: string
}

const minutesOfDay = day / minute
/** A window may be skipped on the day on which summer time begins: then it opens a day later. */
const mostLooks = 4

/**
 * The earliest moment from `nowMs` on at which the window is open: `nowMs` itself if it is open. A
 * window that summer time skips does not open on that day; one that comes twice opens twice.
 */
export function createNextOpening({ timeZone, ...window }: SendWindow): (nowMs: number) => number {
  const local = localTime(timeZone)
  const isOpen = (ms: number) => isWithin(window, local(ms).minute)
  /** How much later than the beginning of the window it is, since the clocks went forward. */
  const skipped = (ms: number) => {
    const lateMs = ((local(ms).minute - window.fromMinute + minutesOfDay) % minutesOfDay) * minute
    return local(ms - lateMs).minute === window.fromMinute ? lateMs : 0
  }

  return (nowMs) => {
    let atMs = nowMs
    for (let look = 0; look < mostLooks && !isOpen(atMs); look++) {
      const until = (window.fromMinute - local(atMs).minute + minutesOfDay) % minutesOfDay
      atMs += (until || minutesOfDay) * minute - (atMs % minute)
      atMs -= skipped(atMs)
    }
    // The clocks went forward before it: it opened less than `until` minutes later.
    while (atMs - minute >= nowMs && isOpen(atMs - minute)) atMs -= minute
    return atMs
  }
}
