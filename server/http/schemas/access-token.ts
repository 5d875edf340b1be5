import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { maxTokenCharacters } from '../../rules/tokens.ts'
import { like, strict, text, time } from './schema.ts'

const token = { accessToken: Type.String(), expiresAt: time }

export const accessTokenReply = like<wire.AccessTokenReply>()(Type.Object(token))

export const refreshTokenRequest = like<wire.RefreshTokenRequest>()(
  Type.Object({ rejected: text(maxTokenCharacters) }, strict),
)

export const refreshTokenReply = like<wire.RefreshTokenReply>()(
  Type.Object({ ...token, refreshed: Type.Boolean() }),
)
