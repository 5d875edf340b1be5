import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { allowance } from './credits.ts'
import { message } from './messages.ts'
import { anyFields, count, creditKind, like, listQuery, strict, time } from './schema.ts'

export const conversationQuery = like<wire.ConversationQuery>()(Type.Object(listQuery, strict))

const content = Type.Optional(anyFields)

export const conversationReply = like<wire.ConversationReply>()(
  Type.Object({
    canReceive: Type.Object(allowance),
    entries: Type.Array(
      Type.Union([
        Type.Object({ by: Type.Literal('user'), at: time, type: Type.String(), content }),
        Type.Object({ by: Type.Literal('app'), at: time, message, content }),
      ]),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)

export const customerWindowsQuery = like<wire.CustomerWindowsQuery>()(
  Type.Object(listQuery, strict),
)

export const customerWindowsReply = like<wire.CustomerWindowsReply>()(
  Type.Object({
    windows: Type.Array(
      Type.Object({
        openId: Type.String(),
        kind: creditKind,
        uses: count,
        expiresAt: time,
        lastPush: Type.Object({ receivedAt: time, type: Type.String() }),
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)
