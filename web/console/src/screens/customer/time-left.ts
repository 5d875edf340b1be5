/** How long a window of customer service is open still. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

export interface TimeLeft {
  ended: boolean
  /** Less than an hour. */
  soon: boolean
  /** `47:05:09`, or `59:09` below an hour. */
  text: string
}

/** Time is cut to whole seconds, upwards: a window that shows 0:00 has ended. */
export function timeLeft(untilMs: number, nowMs: number): TimeLeft {
  const left = Math.max(0, Math.ceil((untilMs - nowMs) / second) * second)
  const pad = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(left / hour)
  const minutes = Math.floor((left % hour) / minute)
  const seconds = (left % minute) / second
  return {
    ended: left === 0,
    soon: left < hour,
    text: hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`,
  }
}
