/** What came of a broadcast or of a tag, as the replies have both. */
import type { TagSums } from 'wx-reach-server/client'

export type Kind = keyof TagSums
type Sums = Pick<TagSums, 'sent' | 'opened'> & Partial<TagSums>
export type Bucket = Sums & { at: string }

export interface Results {
  totals: Sums
  buckets: readonly Bucket[]
}

/** All that the reply counts, in its order. */
export const kindsOf = ({ totals }: Results) => Object.keys(totals) as Kind[]
