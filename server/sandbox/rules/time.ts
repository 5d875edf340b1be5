/** Lengths of time in milliseconds, and the platform's calendar. */
import { iso, type Random } from '../../runtime/world.ts'

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** China has had no daylight saving time since 1991: the offset of Shanghai is a constant. */
const shanghaiOffsetMs = 8 * hour

/** The number of the day in Shanghai: the platform's daily counts start anew at midnight there. */
export function shanghaiDay(nowMs: number): number {
  return Math.floor((nowMs + shanghaiOffsetMs) / day)
}

/** The number of the month in Shanghai. */
export function shanghaiMonth(nowMs: number): number {
  const date = new Date(nowMs + shanghaiOffsetMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** The number of the minute: the platform's counts by the minute start anew with each. */
export function epochMinutes(nowMs: number): number {
  return Math.floor(nowMs / minute)
}

/** Of a count that never starts anew. */
export function allTime(): number {
  return 0
}

/** Date and time in Shanghai as fourteen digits: `20141027200939`. */
export function shanghaiDigits(nowMs: number): string {
  return iso(nowMs + shanghaiOffsetMs)
    .replace(/\D/g, '')
    .slice(0, 14)
}

/** Whole seconds since the epoch, as the platform writes most times. */
export function epochSeconds(nowMs: number): number {
  return Math.floor(nowMs / second)
}

/** An id as `60ae120f-371d5872-7941a05b`: the time in seconds, and random digits. */
export function timedId(nowMs: number, random: Random): string {
  const parts = [random(4).toString('hex'), random(4).toString('hex')]
  return [epochSeconds(nowMs).toString(16), ...parts].join('-')
}
