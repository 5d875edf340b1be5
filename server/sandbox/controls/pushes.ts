import Type from 'typebox'
import { userMessage } from '../push/user-message.ts'
import { control, knownUser } from './control.ts'
import { Id } from './fields.ts'

const Words = Type.String({ maxLength: 8_192 })

/**
 * The user writes to customer service, or does what raises an event. That opens the windows of customer
 * service also while nothing is configured to hear of it. Answers with what the receiver answered.
 */
export const pushes = control({
  method: 'POST',
  path: '/sandbox/pushes',
  fields: {
    openId: Id,
    msgtype: Type.Enum(['text', 'image', 'miniprogrampage', 'event']),
    content: Type.Optional(Words),
    picUrl: Type.Optional(Words),
    mediaId: Type.Optional(Id),
    title: Type.Optional(Words),
    pagePath: Type.Optional(Words),
    event: Type.Optional(Id),
    sessionFrom: Type.Optional(Words),
    // The same again is what a receiver takes for a repetition.
    msgId: Type.Optional(Type.String({ pattern: '^[0-9]{1,19}$' })),
  },
  async act({ body, account, gone }) {
    const app = account()
    const openId = knownUser(app, body.openId)
    const message = userMessage(body, app)
    // First: who is told of it may answer at once.
    if (body.msgtype !== 'event') {
      app.customerWindows.open(openId, 'wrote')
      app.typing.message(openId)
    } else if (message.fields['Event'] === 'user_enter_tempsession') {
      app.customerWindows.open(openId, 'entered')
    }
    const pushed = await app.pusher.push(message, gone)
    return (
      pushed ?? { accepted: false, problem: 'nobody hears it: POST /sandbox/push-config first' }
    )
  },
})

/** What became of every push, also of those that API calls raised. */
export const pushList = control({
  method: 'GET',
  path: '/sandbox/pushes',
  fields: {},
  act: ({ account }) => ({ pushes: account().pusher.list() }),
})
