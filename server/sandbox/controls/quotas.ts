import Type from 'typebox'
import { control } from './control.ts'

/** Lowers limits so that they can be reached. Tokens that were issued keep their end. */
export const quotas = control({
  method: 'POST',
  path: '/sandbox/quotas',
  fields: {
    templateSendsPerDay: Type.Optional(Type.Integer({ minimum: 0 })),
    codes: Type.Optional(Type.Integer({ minimum: 0 })),
    codesPerMinute: Type.Optional(Type.Integer({ minimum: 0 })),
    // seeds/001: 7200秒之内的值
    expiresIn: Type.Optional(Type.Integer({ minimum: 1, maximum: 7_200 })),
  },
  act({ body, account }) {
    const { quotas: current } = account()
    current.set(body)
    return current.current()
  },
})
