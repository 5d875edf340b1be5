import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { count, like } from './schema.ts'

export const erasedReply = like<wire.ErasedReply>()(
  Type.Object({ erased: Type.Boolean(), callsUnderWay: count }),
)
