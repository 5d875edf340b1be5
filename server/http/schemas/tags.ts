import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { resultBy, resultSums } from './broadcast-results.ts'
import { count, csvFormat, like, listQuery, requestedTime, strict, time } from './schema.ts'

const sums = { ...resultSums, granted: count, ended: count }
const totals = Type.Object(sums)
const since = Type.Optional(requestedTime)

export const tagsQuery = like<wire.TagsQuery>()(Type.Object({ since, ...listQuery }, strict))

export const tagsReply = like<wire.TagsReply>()(
  Type.Object({
    since: time,
    tags: Type.Array(Type.Object({ tag: Type.String(), totals })),
    cursor: Type.Optional(Type.String()),
  }),
)

export const tagResultsQuery = like<wire.TagResultsQuery>()(
  Type.Object({ since, by: Type.Optional(resultBy), format: csvFormat }, strict),
)

export const tagResultsReply = like<wire.TagResultsReply>()(
  Type.Object({
    tag: Type.String(),
    since: time,
    totals,
    by: resultBy,
    buckets: Type.Array(Type.Object({ at: time, ...sums })),
  }),
)
