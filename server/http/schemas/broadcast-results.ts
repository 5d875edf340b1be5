import Type from 'typebox'
import { recipientStates } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { counts } from './broadcasts.ts'
import { count, csvFormat, like, strict, time } from './schema.ts'

export const resultBy = Type.Enum(['hour', 'day'])
export const resultSums = {
  sent: count,
  refused: count,
  unknown: count,
  delivered: count,
  undelivered: count,
  opened: count,
  renewed: count,
}
const users = Type.Object({ users: count, active: count })

export const resultsQuery = like<wire.BroadcastResultsQuery>()(
  Type.Object({ by: Type.Optional(resultBy), format: csvFormat }, strict),
)
export const resultsReply = like<wire.BroadcastResultsReply>()(
  Type.Object({
    id: Type.String(),
    counts,
    reasons: Type.Array(
      Type.Object({ state: Type.Enum([...recipientStates]), reason: Type.String(), count }),
    ),
    totals: Type.Object(resultSums),
    by: resultBy,
    buckets: Type.Array(Type.Object({ at: time, ...resultSums })),
    compared: Type.Optional(Type.Object({ heldOut: users, sent: users })),
  }),
)
