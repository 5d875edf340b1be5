/** What came of rights, by the words (tags) that phones put on them. */
import type { TagResult } from '../codes.ts'

/** `GET /v1/tags` */
export interface TagsQuery {
  /** Nothing from before is counted. At most 180 days ago. Default: 30 days ago. */
  since?: string
  limit?: number
  cursor?: string
}

export interface TagsReply {
  since: string
  /** Of which something came since then, in the order of their words. */
  tags: { tag: string; totals: TagSums }[]
  cursor?: string
}

/** `GET /v1/tags/:tag/results` */
export interface TagResultsQuery {
  /** Nothing from before is counted. At most 180 days ago, by the hour 31. Default: 30 days ago. */
  since?: string
  /** Of the buckets. A day begins at midnight of Asia/Shanghai. Default: `hour`. */
  by?: 'hour' | 'day'
  /** The buckets alone, as CSV, a row each: RFC 4180. Default: JSON. */
  format?: 'csv'
}

export interface TagResultsReply {
  tag: string
  since: string
  totals: TagSums
  by: 'hour' | 'day'
  /** Hours or days in which something came, the first one first. */
  buckets: TagBucket[]
}

/** `granted` and `ended` are uses of rights, the others messages that took one. */
export type TagSums = Record<TagResult, number>

export interface TagBucket extends TagSums {
  /** When it begins. */
  at: string
}
