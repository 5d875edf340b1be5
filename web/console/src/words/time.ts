/** Times in the zone of the app, relative and exact. */
import type { Language } from './language.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', day],
  ['hour', hour],
  ['minute', minute],
  ['second', second],
]

// Made once: each takes half a millisecond, and a list has a hundred times that change each second.
const formats: Record<Language, Intl.RelativeTimeFormat> = {
  zh: new Intl.RelativeTimeFormat('zh-CN', { numeric: 'auto' }),
  en: new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' }),
}

/** `3 分钟前`, `in 2 hours`: in the largest unit of which there is at least one. */
export function relativeTime(atMs: number, nowMs: number, language: Language): string {
  const diff = atMs - nowMs
  const [unit, size] = steps.find(([, length]) => Math.abs(diff) >= length) ?? ['second', second]
  return formats[language].format(Math.trunc(diff / size), unit)
}

/** `2026-11-30 18:50:07`, in the zone so many minutes east of UTC. */
export function exactTime(atMs: number, zoneMinutes: number): string {
  return new Date(atMs + zoneMinutes * minute).toISOString().slice(0, 19).replace('T', ' ')
}

/** `UTC+08:00` */
export function zoneName(zoneMinutes: number): string {
  const pad = (n: number) => String(n).padStart(2, '0')
  const size = Math.abs(zoneMinutes)
  const sign = zoneMinutes < 0 ? '-' : '+'
  return `UTC${sign}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`
}

/** What a field of the type `datetime-local` holds, in the zone of the app, as ISO 8601. */
export function isoOfLocal(local: string, zoneMinutes: number): string | undefined {
  const ms = Date.parse(`${local}Z`)
  return Number.isNaN(ms) ? undefined : new Date(ms - zoneMinutes * minute).toISOString()
}

/** The inverse of `isoOfLocal`, to the minute. */
export function localOfIso(iso: string, zoneMinutes: number): string {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) return ''
  return new Date(ms + zoneMinutes * minute).toISOString().slice(0, 16)
}

/** How often a relative time changes its words. */
export const nextChangeMs = (atMs: number, nowMs: number): number => {
  const age = Math.abs(atMs - nowMs)
  if (age < minute) return second
  return age < hour ? 10 * second : minute
}
