import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { like, openId, strict, time } from './schema.ts'

export const mediaQuery = like<wire.MediaQuery>()(
  Type.Object({ for: Type.Enum(['message', 'card', 'link']) }, strict),
)

export const mediaReply = like<wire.MediaReply>()(
  Type.Object({
    mediaId: Type.String(),
    expiresAt: time,
    warnings: Type.Optional(Type.Array(Type.String())),
  }),
)

export const typingRequest = like<wire.TypingRequest>()(
  Type.Object({ openId, typing: Type.Boolean() }, strict),
)
