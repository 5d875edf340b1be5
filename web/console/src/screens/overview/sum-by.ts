/** Counts of groups, summed by what they have in common. Groups without it are left out. */
import type { MessagesGroup } from 'wx-reach-server/client'

export function sumBy<Key>(
  groups: readonly MessagesGroup[],
  keyOf: (group: MessagesGroup) => Key | undefined,
): Map<Key, number> {
  const sums = new Map<Key, number>()
  for (const group of groups) {
    const key = keyOf(group)
    if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + group.count)
  }
  return sums
}
