import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { subjects } from '../../doctor/check.ts'
import { appId, like, strict, time } from './schema.ts'

export const doctorQuery = like<wire.DoctorQuery>()(
  Type.Object({ appId: Type.Optional(appId) }, strict),
)

export const doctorReply = like<wire.DoctorReply>()(
  Type.Object({
    checkedAt: time,
    findings: Type.Array(
      Type.Object({
        name: Type.Enum([...subjects]),
        appId: Type.Optional(Type.String()),
        status: Type.Enum(['ok', 'warning', 'problem', 'skipped']),
        detail: Type.String(),
        advice: Type.Optional(Type.String()),
      }),
    ),
  }),
)
