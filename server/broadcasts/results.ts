/** What came of a broadcast, or of a tag: its sums, and the same by the hour or day. */
import { quotaTimeZone } from '../rules/sending.ts'
import { day, minute } from '../rules/time.ts'
import { iso, zoneMinutes } from '../runtime/world.ts'

const startOf = (hourMs: number, by: 'hour' | 'day'): number =>
  by === 'hour' ? hourMs : hourMs - ((hourMs + zoneMinutes(quotaTimeZone, hourMs) * minute) % day)

interface Count<Result> {
  result: Result
  count: number
}

/** @param results all there are: those of which nothing came are 0 */
export function sumResults<Result extends string>(
  results: readonly Result[],
  counts: readonly Count<Result>[],
): Record<Result, number> {
  const sums = Object.fromEntries(results.map((result) => [result, 0])) as Record<Result, number>
  for (const { result, count } of counts) sums[result] += count
  return sums
}

/** Hours or days in which something came, the first one first. */
export function bucketsOf<Result extends string>(
  results: readonly Result[],
  counts: readonly (Count<Result> & { hourMs: number })[],
  by: 'hour' | 'day',
): ({ at: string } & Record<Result, number>)[] {
  const buckets = new Map<number, Count<Result>[]>()
  for (const count of counts) {
    const atMs = startOf(count.hourMs, by)
    const known = buckets.get(atMs)
    if (known) known.push(count)
    else buckets.set(atMs, [count])
  }
  const ordered = [...buckets].sort(([one], [other]) => one - other)
  return ordered.map(([atMs, some]) => ({ at: iso(atMs), ...sumResults(results, some) }))
}
