/** What came of rights, by the words (tags) that phones put on them. Part of the store. */
import type { TagResult } from '../../shared/codes.ts'

export interface TagStore {
  /** Tags of which something came since then, in the order of their words, with their sums. */
  findTags(
    appId: string,
    page: { limit: number; cursor?: string; sinceMs: number },
  ): Promise<{ tags: TagSums[]; cursor?: string }>
  /** What came of a tag since then, by the hour, the first one first. */
  findTagResults(appId: string, tag: string, sinceMs: number): Promise<TagCount[]>
}

export interface TagSums {
  tag: string
  counts: Omit<TagCount, 'hourMs'>[]
}

export interface TagCount {
  hourMs: number
  result: TagResult
  count: number
}
