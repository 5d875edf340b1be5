import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { anyFields, like, listQuery, strict, time } from './schema.ts'

export const pushesQuery = like<wire.ListQuery>()(Type.Object(listQuery, strict))

export const pushesReply = like<wire.PushesReply>()(
  Type.Object({
    pushes: Type.Array(
      Type.Object({
        receivedAt: time,
        type: Type.String(),
        openId: Type.Optional(Type.String()),
        content: Type.Optional(anyFields),
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)
