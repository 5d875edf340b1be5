/** What came of a broadcast: its sums, and the same by the hour or day. */
import { broadcastResults, type BroadcastResult } from '../../shared/codes.ts'
import type { ResultBucket, ResultSums } from '../../shared/wire/index.ts'
import { quotaTimeZone } from '../rules/sending.ts'
import { day, minute } from '../rules/time.ts'
import { iso, zoneMinutes } from '../runtime/world.ts'
import type { ResultCount } from '../store/store.ts'

const startOf = (hourMs: number, by: 'hour' | 'day'): number =>
  by === 'hour' ? hourMs : hourMs - ((hourMs + zoneMinutes(quotaTimeZone, hourMs) * minute) % day)

export const noResults = (): ResultSums =>
  Object.fromEntries(broadcastResults.map((result) => [result, 0])) as Record<
    BroadcastResult,
    number
  >

export function sumResults(counts: readonly ResultCount[]): ResultSums {
  const sums = noResults()
  for (const { result, count } of counts) sums[result] += count
  return sums
}

/** Hours or days in which something came, the first one first. */
export function bucketsOf(counts: readonly ResultCount[], by: 'hour' | 'day'): ResultBucket[] {
  const buckets = new Map<number, ResultSums>()
  for (const { hourMs, result, count } of counts) {
    const atMs = startOf(hourMs, by)
    const sums = buckets.get(atMs) ?? noResults()
    sums[result] += count
    buckets.set(atMs, sums)
  }
  const ordered = [...buckets].sort(([one], [other]) => one - other)
  return ordered.map(([atMs, sums]) => ({ at: iso(atMs), ...sums }))
}
