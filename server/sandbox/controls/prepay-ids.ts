import Type from 'typebox'
import { control, knownUser } from './control.ts'
import { Id } from './fields.ts'
import { issueRight } from './issue-right.ts'

/** The user pays. */
export const prepayIds = control({
  method: 'POST',
  path: '/sandbox/prepay-ids',
  fields: { openId: Id, prepayId: Type.Optional(Id) },
  act({ body, account }) {
    const app = account()
    return { prepayId: issueRight(app, 'payment', knownUser(app, body.openId), body.prepayId) }
  },
})
