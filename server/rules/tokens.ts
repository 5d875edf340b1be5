/** How often an access_token is fetched and forced. */
import { day } from './time.ts'

/** How often `force_refresh` may be asked of `stable_token` (platform: access_token). */
export const forceRules = {
  /** In any 24 hours. */
  aDay: 20,
  apartMs: 30_000,
} as const

/** When it was forced, once more now; `undefined`: that would be too often. Times of more than a day away are forgotten. */
export function forceAt(nowMs: number, forcedAtMs: readonly number[]): number[] | undefined {
  const known = forcedAtMs.filter((atMs) => Math.abs(nowMs - atMs) < day)
  const tooSoon = known.some((atMs) => nowMs < atMs + forceRules.apartMs)
  return tooSoon || known.length >= forceRules.aDay ? undefined : [...known, nowMs]
}
