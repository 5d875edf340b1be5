import { control, knownUser } from './control.ts'

/** What reached a user, oldest first. */
export const inbox = control({
  method: 'GET',
  path: '/sandbox/inbox/:openId',
  fields: {},
  act({ params, account }) {
    const app = account()
    return { messages: app.inbox.of(knownUser(app, params['openId'] ?? '')) }
  },
})
