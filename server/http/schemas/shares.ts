import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { sharePages } from '../../rules/requests.ts'
import { count, cursor, integer, like, listQuery, openGId, openId, strict, time } from './schema.ts'

const optionalText = Type.Optional(Type.String())

const limit = ({ defaultLimit, maxLimit }: { defaultLimit: number; maxLimit: number }) =>
  integer(1, maxLimit, defaultLimit)

const { maxDepth } = sharePages

export const shareQuery = like<wire.ShareQuery>()(
  Type.Object(
    { depth: integer(0, maxDepth, maxDepth), limit: limit(sharePages.share), cursor },
    strict,
  ),
)

export const shareNode = like<wire.ShareNode>()(
  Type.Object({
    shareId: Type.String(),
    parentShareId: optionalText,
    depth: count,
    openId: optionalText,
    page: optionalText,
    path: optionalText,
    title: optionalText,
    from: Type.Optional(Type.Enum(['menu', 'button', 'timeline'])),
    startedAt: Type.Optional(time),
    result: Type.Optional(Type.Enum(['ok', 'cancel', 'fail'])),
    opens: count,
    openers: count,
    openGIds: Type.Array(Type.String()),
  }),
)

export const shareReply = like<wire.ShareReply>()(
  Type.Object({ share: shareNode, descendants: Type.Array(shareNode), cursor: optionalText }),
)

export const sharesQuery = like<wire.SharesQuery>()(
  Type.Object(
    { openId: Type.Optional(openId), openGId: Type.Optional(openGId), ...listQuery },
    strict,
  ),
)

export const sharesReply = like<wire.SharesReply>()(
  Type.Object({ shares: Type.Array(shareNode), cursor: optionalText }),
)

export const groupQuery = like<wire.GroupQuery>()(
  Type.Object({ limit: limit(sharePages.group), cursor }, strict),
)

export const groupsQuery = like<wire.ListQuery>()(Type.Object(listQuery, strict))

export const groupsReply = like<wire.GroupsReply>()(
  Type.Object({
    groups: Type.Array(
      Type.Object({ openGId: Type.String(), firstSeenAt: time, memberCount: count }),
    ),
    cursor: optionalText,
  }),
)

export const groupReply = like<wire.GroupReply>()(
  Type.Object({
    openGId: Type.String(),
    firstSeenAt: time,
    memberCount: count,
    members: Type.Array(
      Type.Object({
        openId: Type.String(),
        firstSeenAt: time,
        arrivals: count,
        lastArrivalAt: Type.Optional(time),
      }),
    ),
    shareIds: Type.Array(Type.String()),
    arrivals: Type.Array(
      Type.Object({
        openId: Type.String(),
        shareId: optionalText,
        scene: Type.Integer(),
        at: time,
      }),
    ),
    cursor: optionalText,
  }),
)
