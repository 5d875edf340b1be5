import Type from 'typebox'
import type { TSchema } from 'typebox'
import { eventTypes, recipientStates } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { auditEntry } from './audit.ts'
import { credit } from './credits.ts'
import { messageWithCalls } from './messages.ts'
import { anyFields, count, creditKind, like, time } from './schema.ts'
import { shareNode } from './shares.ts'

export const erasedReply = like<wire.ErasedReply>()(
  Type.Object({ erased: Type.Boolean(), callsUnderWay: count }),
)

const optionalText = Type.Optional(Type.String())
const rows = <Row extends Record<string, TSchema>>(row: Row) => Type.Array(Type.Object(row))

const parts = {
  profile: rows({ belowMinimumVersion: Type.Boolean() }),
  sessions: rows({ expiresAt: time }),
  sessionKeys: rows({ receivedAt: time }),
  events: rows({
    id: Type.String(),
    type: Type.Enum([...eventTypes]),
    at: time,
    receivedAt: time,
    fields: anyFields,
    result: Type.Optional(anyFields),
  }),
  credits: rows({
    ...credit.properties,
    formId: optionalText,
    prepayId: optionalText,
    reserved: count,
  }),
  creditHistory: rows({
    credit: Type.String(),
    n: count,
    at: time,
    change: Type.String(),
    usesDelta: Type.Integer(),
    reservedDelta: Type.Integer(),
    messageId: optionalText,
    reason: optionalText,
  }),
  messages: rows({
    ...messageWithCalls.properties,
    platformId: optionalText,
  }),
  broadcasts: rows({
    broadcastId: Type.String(),
    state: Type.Enum([...recipientStates]),
    reason: optionalText,
    messageId: optionalText,
    data: Type.Optional(Type.Record(Type.String(), Type.String())),
    page: optionalText,
    openedAt: Type.Optional(time),
    renewedAt: Type.Optional(time),
  }),
  consents: rows({
    templateId: Type.String(),
    from: Type.Enum(['phone', 'push', 'revoked']),
    at: time,
    count,
  }),
  customerWindows: rows({
    kind: creditKind,
    at: time,
    uses: count,
    usableUntil: time,
    expiresAt: time,
  }),
  shares: Type.Array(shareNode),
  arrivals: rows({
    at: time,
    receivedAt: time,
    scene: Type.Integer(),
    page: Type.String(),
    shareId: optionalText,
    openGId: optionalText,
  }),
  groups: rows({ openGId: Type.String(), firstSeenAt: time }),
  pushes: rows({ receivedAt: time, type: Type.String() }),
  pushContents: rows({ receivedAt: time, content: anyFields }),
  dailyCounts: rows({ counted: Type.Enum(['events', 'messages']), day: Type.String(), count }),
  audit: Type.Array(auditEntry),
}

export const exportReply = like<wire.ExportReply>()(
  Type.Object({
    appId: Type.String(),
    openId: Type.String(),
    exportedAt: time,
    truncated: Type.Array(Type.Enum(Object.keys(parts) as (keyof typeof parts)[])),
    ...parts,
  }),
)
