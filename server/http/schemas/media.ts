/** Media and typing. */
import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { like, openId, strict } from './schema.ts'

export const mediaQuery = Type.Object({ for: Type.Enum(['message', 'card']) }, strict)

export const media = like<wire.MediaReply>()(
  Type.Object({
    mediaId: Type.String(),
    expiresAt: Type.String({ format: 'date-time' }),
    warnings: Type.Optional(Type.Array(Type.String())),
  }),
)

export const typing = like<wire.TypingRequest>()(
  Type.Object({ openId, typing: Type.Boolean() }, strict),
)
