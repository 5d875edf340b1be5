import Type from 'typebox'
import { control } from './control.ts'
import { Id } from './fields.ts'

/** A user comes to be; one that is there already stays as it is. */
export const users = control({
  method: 'POST',
  path: '/sandbox/users',
  fields: { openId: Type.Optional(Id) },
  act: ({ body, account }) => ({ openId: account().users.add(body.openId) }),
})
