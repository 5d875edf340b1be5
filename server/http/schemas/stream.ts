import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { appId, like, strict } from './schema.ts'

export const streamQuery = like<wire.StreamQuery>()(
  Type.Object({ appId: Type.Optional(appId), topics: Type.Optional(Type.String()) }, strict),
)
