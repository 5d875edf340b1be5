import Type from 'typebox'
import { qrPicture } from '../picture/qr-picture.ts'
import { checkPushConfig, type PushConfig } from '../push/protocol.ts'
import type { UserMessage } from '../push/pusher.ts'
import type { Account } from '../state/account.ts'
import { imageTypeOf } from '../state/media.ts'
import { control, ControlError, Id, knownUser } from './control.ts'

/**
 * Where pushes go from now on. The address is checked as the platform checks it; one that fails is kept all
 * the same, because a receiver may start later than its sandbox, and the answer says why.
 */
export const pushConfig = control({
  method: 'POST',
  path: '/sandbox/push-config',
  fields: {
    url: Type.String({ maxLength: 2_048 }),
    token: Id,
    aesKey: Type.Optional(Type.String()),
    mode: Type.Enum(['plain', 'compatible', 'safe']),
    format: Type.Enum(['xml', 'json']),
  },
  async act({ body, account, sandbox, gone }) {
    const { pusher } = account()
    pusher.configure(checked(body, sandbox.pushAnywhere))
    const problem = await pusher.checkAddress(gone)
    return problem === undefined ? { verified: true } : { verified: false, problem }
  },
})

function checked(config: PushConfig, anywhere: boolean): PushConfig {
  try {
    return checkPushConfig(config, anywhere)
  } catch (error) {
    throw new ControlError(400, `${(error as Error).message}.`)
  }
}

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

/** What a user's act looks like to a receiver (platform, 消息推送). */

export interface UserAct {
  openId: string
  msgtype: 'text' | 'image' | 'miniprogrampage' | 'event'
  content?: string
  picUrl?: string
  mediaId?: string
  title?: string
  pagePath?: string
  event?: string
  sessionFrom?: string
  msgId?: string
}

/** Fills in what is not said. A picture that is not named is made, so that media/get has it. */
export function userMessage(act: UserAct, account: Account): UserMessage {
  const { openId, msgtype } = act
  if (msgtype === 'event') {
    const { event = 'user_enter_tempsession', sessionFrom = '' } = act
    return { openId, msgType: 'event', fields: { Event: event, SessionFrom: sessionFrom } }
  }
  const MsgId = act.msgId === undefined ? account.pusher.newMsgId() : BigInt(act.msgId)
  return { openId, msgType: msgtype, fields: { ...fieldsOf(msgtype, act, account), MsgId } }
}

function fieldsOf(
  msgtype: Exclude<UserAct['msgtype'], 'event'>,
  act: UserAct,
  account: Account,
): Record<string, string> {
  const { content = '你好', picUrl = 'https://example.com/picture.png' } = act
  const { title = '标题', pagePath = account.pages.home() ?? 'pages/index/index' } = act
  const mediaId = () => act.mediaId ?? drawnPicture(account)
  switch (msgtype) {
    case 'text':
      return { Content: content }
    case 'image':
      return { PicUrl: picUrl, MediaId: mediaId() }
    case 'miniprogrampage': {
      const card = { Title: title, AppId: account.appId, PagePath: pagePath }
      return { ...card, ThumbUrl: picUrl, ThumbMediaId: mediaId() }
    }
    default:
      return msgtype satisfies never
  }
}

function drawnPicture({ media }: Account): string {
  const look = { width: 80, line: { r: 0, g: 0, b: 0 }, transparent: false }
  const bytes = qrPicture('a picture of a user', look)
  return media.add(bytes, imageTypeOf(bytes)!).mediaId
}
