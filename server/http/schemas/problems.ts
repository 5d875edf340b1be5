import Type from 'typebox'
import { problemCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { like } from './schema.ts'

export const fieldError = like<wire.FieldError>()(
  Type.Object({ path: Type.String(), message: Type.String() }),
)

export const wechatRefusal = like<wire.WechatRefusal>()(
  Type.Object({
    errcode: Type.Integer(),
    errmsg: Type.Optional(Type.String()),
    meaning: Type.String(),
  }),
)

export const problem = like<wire.Problem>()(
  Type.Object({
    status: Type.Integer(),
    title: Type.String(),
    detail: Type.String(),
    code: Type.Enum([...problemCodes]),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(fieldError)),
    wechat: Type.Optional(wechatRefusal),
  }),
)
