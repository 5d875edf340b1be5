import Type from 'typebox'
import { problemCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { auditPages } from '../../rules/audit.ts'
import { appId, cursor, integer, like, requestedTime, strict, text, time } from './schema.ts'

const filter = Type.Optional(text(auditPages.maxFilter))

export const auditQuery = like<wire.AuditQuery>()(
  Type.Object(
    {
      appId: Type.Optional(appId),
      keyId: filter,
      operation: filter,
      since: Type.Optional(requestedTime),
      until: Type.Optional(requestedTime),
      limit: integer(1, auditPages.maxLimit, auditPages.defaultLimit),
      cursor,
    },
    strict,
  ),
)

const optionalText = Type.Optional(Type.String())

export const auditEntry = like<wire.AuditEntry>()(
  Type.Object({
    at: time,
    by: Type.Enum(['key', 'command', 'unknown', 'wechat']),
    keyId: optionalText,
    operation: optionalText,
    appId: optionalText,
    openId: optionalText,
    object: optionalText,
    outcome: Type.Enum(['done', ...problemCodes]),
    status: Type.Optional(Type.Integer()),
    count: Type.Integer({ minimum: 1 }),
    network: optionalText,
    requestId: optionalText,
  }),
)

export const auditReply = like<wire.AuditReply>()(
  Type.Object({ entries: Type.Array(auditEntry), cursor: optionalText }),
)
