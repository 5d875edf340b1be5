import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { scopes } from '../../../shared/codes.ts'
import { consoleRules } from '../../rules/console.ts'
import { appId, like, openId, strict, text, time } from './schema.ts'

export const consoleSessionRequest = like<wire.ConsoleSessionRequest>()(
  Type.Object({ apiKey: text(consoleRules.apiKeyLength) }, strict),
)

export const consoleSessionReply = like<wire.ConsoleSessionReply>()(
  Type.Object({
    apps: Type.Array(
      Type.Object({ appId, edition: Type.Enum(['2018', '2026']), zoneMinutes: Type.Integer() }),
    ),
    keyId: Type.String(),
    appId: Type.Optional(appId),
    scopes: Type.Array(Type.Enum([...scopes])),
    expiresAt: time,
    demo: Type.Optional(Type.Object({ sandbox: Type.String() })),
  }),
)

export const consoleRevealedRequest = like<wire.ConsoleRevealedRequest>()(
  Type.Object({ openId }, strict),
)

export const consoleRevealedQuery = Type.Object({ appId: Type.Optional(appId) }, strict)
