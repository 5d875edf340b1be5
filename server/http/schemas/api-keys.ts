import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { scopes } from '../../../shared/codes.ts'
import { apiKeyRules } from '../../rules/api-keys.ts'
import { appId, like, requestedTime, strict, text, time } from './schema.ts'

const scopeList = Type.Array(Type.Enum([...scopes]), { minItems: 1, uniqueItems: true })

export const apiKeyRequest = like<wire.ApiKeyRequest>()(
  Type.Object(
    {
      name: text(apiKeyRules.nameLength),
      scopes: scopeList,
      appId: Type.Optional(appId),
      expiresAt: Type.Optional(requestedTime),
    },
    strict,
  ),
)

const key = {
  id: Type.String(),
  name: Type.String(),
  scopes: scopeList,
  appId: Type.Optional(appId),
  createdAt: time,
  expiresAt: Type.Optional(time),
  lastUsedAt: Type.Optional(time),
}

export const createdApiKeyReply = like<wire.CreatedApiKeyReply>()(
  Type.Object({ ...key, secret: Type.String() }),
)

export const apiKeysQuery = Type.Object({ appId: Type.Optional(appId) }, strict)

export const apiKeysReply = like<wire.ApiKeysReply>()(
  Type.Object({
    apiKeys: Type.Array(Type.Object(key)),
    configured: Type.Array(Type.Object({ id: Type.String(), scopes: scopeList })),
  }),
)
