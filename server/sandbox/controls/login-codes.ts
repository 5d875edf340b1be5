import { control, knownUser } from './control.ts'
import { Id } from './fields.ts'

/** What `wx.login` gives the user's phone. */
export const loginCodes = control({
  method: 'POST',
  path: '/sandbox/login-codes',
  fields: { openId: Id },
  act({ body, account }) {
    const app = account()
    return { code: app.signIn.issueCode(knownUser(app, body.openId)) }
  },
})
