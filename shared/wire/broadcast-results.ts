/** What came of a broadcast. */
import type { BroadcastResult } from '../codes.ts'
import type { BroadcastCounts, BroadcastWithCounts } from './broadcasts.ts'

/** `GET /v1/broadcasts/:id/results` */
export interface BroadcastResultsQuery {
  /** Of the buckets. A day begins at midnight of Asia/Shanghai. Default: `hour`. */
  by?: 'hour' | 'day'
  /** The buckets alone, as CSV, a row each: RFC 4180. Default: JSON. */
  format?: 'csv'
}

export interface BroadcastResultsReply {
  id: string
  counts: BroadcastCounts
  reasons: BroadcastWithCounts['reasons']
  totals: ResultSums
  by: 'hour' | 'day'
  /** Hours or days in which something came, the first one first: at most some 1,000. */
  buckets: ResultBucket[]
  /** With `holdout`: of the first 10,000 recipients. */
  compared?: { heldOut: ComparedUsers; sent: ComparedUsers }
}

/** Recipients, each counted once for each. */
export type ResultSums = Record<BroadcastResult, number>

export interface ResultBucket extends ResultSums {
  /** When it begins. */
  at: string
}

export interface ComparedUsers {
  users: number
  /** Whose phone reported an event in the seven days from the start of the broadcast. */
  active: number
}
