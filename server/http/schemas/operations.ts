import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { like } from './schema.ts'

export const healthReply = like<wire.HealthReply>()(Type.Object({ status: Type.Literal('ok') }))

export const readyReply = like<wire.ReadyReply>()(
  Type.Object({
    status: Type.Enum(['ready', 'not_ready']),
    checks: Type.Record(
      Type.String(),
      Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) }),
    ),
  }),
)
