/** Controls of message push (消息推送): its settings, and the acts of users that raise pushes. */
import Type, { type Static, type TObject } from 'typebox'
import { black } from '../picture/bitmap.ts'
import { drawQrCode } from '../picture/qr-picture.ts'
import type { Random } from '../../runtime/world.ts'
import type { UserMessage } from '../push/message.ts'
import { checkPushConfig, pushConfigFields, type PushConfig } from '../push/protocol.ts'
import { Pushed } from '../push/pusher.ts'
import type { Account } from '../state/account.ts'
import { control, ControlError, Id, requireUser } from './control.ts'

export const pushConfig = control({
  method: 'POST',
  path: '/sandbox/push-config',
  summary: 'Sets where pushes go from now on, and checks the address as the platform does.',
  description:
    'An address that fails is kept nevertheless, because a receiver may start later than its ' +
    'sandbox; `problem` gives the reason.',
  fields: pushConfigFields,
  reply: Type.Object({ verified: Type.Boolean(), problem: Type.Optional(Type.String()) }),
  example: {
    url: 'http://127.0.0.1:8080/wechat',
    token: 'example-token',
    mode: 'plain',
    format: 'json',
  },
  async act({ body, account, sandbox, signal }) {
    const { pusher } = account()
    pusher.configure(requirePushConfig(body, sandbox.pushAnywhere))
    const problem = await pusher.checkAddress(signal)
    return problem === undefined ? { verified: true } : { verified: false, problem }
  },
})

/** @throws ControlError that says after `path` what is wrong. */
export function requirePushConfig(config: PushConfig, anywhere: boolean, path = ''): PushConfig {
  try {
    return checkPushConfig(config, anywhere)
  } catch (error) {
    throw new ControlError(400, `${path}${(error as Error).message}.`)
  }
}

const Text = Type.String({ maxLength: 8_192 })

const pushFields = {
  openId: Id,
  msgtype: Type.Enum(['text', 'image', 'miniprogrampage', 'event']),
  content: Type.Optional(Text),
  textBase64: Type.Optional(
    Type.String({
      pattern: '^[0-9A-Za-z+/]*={0,2}$',
      description:
        'In place of `content`, `title` or `sessionFrom`: bytes as they stand in the body, ' +
        'also such as are no UTF-8 or break XML or JSON.',
    }),
  ),
  picUrl: Type.Optional(Text),
  mediaId: Type.Optional(Id),
  title: Type.Optional(Text),
  pagePath: Type.Optional(Text),
  event: Type.Optional(Id),
  sessionFrom: Type.Optional(Text),
  msgId: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,19}$',
      description: 'A receiver recognises a repeated push by the same MsgId.',
    }),
  ),
  delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
}

export const pushes = control({
  method: 'POST',
  path: '/sandbox/pushes',
  summary: 'The user writes to customer service, or does what raises an event.',
  description:
    'That opens the customer-service windows even while no receiver is configured. An event is ' +
    '`user_enter_tempsession` by default. A push can come late (`delayMs`, with the time of the ' +
    'act in it), so that a later one overtakes it, and be repeated although it was accepted ' +
    '(`times`).',
  fields: pushFields,
  reply: Type.Union([
    Pushed,
    Type.Object({ accepted: Type.Literal(false), problem: Type.String() }),
  ]),
  example: { openId: 'oExampleUser', msgtype: 'text', content: '你好' },
  async act({ body, account, signal, sandbox }) {
    const app = account()
    const openId = requireUser(app, body.openId)
    const message = userMessage(body, app, sandbox.random)
    // Before the push: the receiver may send a message while it handles it.
    if (body.msgtype !== 'event') {
      app.customerWindows.open(openId, 'wrote')
      app.typing.message(openId)
    } else if (message.fields['Event'] === 'user_enter_tempsession') {
      app.customerWindows.open(openId, 'entered')
    }
    const pushed = await app.pusher.push(message, signal, body)
    return (
      pushed ?? {
        accepted: false as const,
        problem: 'no receiver is configured: POST /sandbox/push-config first',
      }
    )
  },
})

type UserAct = Static<TObject<typeof pushFields>>

/** The message of a user's act, with a default for each field (platform, 消息推送). */
function userMessage(act: UserAct, account: Account, random: Random): UserMessage {
  if (act.textBase64 === undefined) return textMessage(act, account)
  if (act.msgtype === 'image') {
    throw new ControlError(400, '/textBase64 has no place in an image, which has no text.')
  }
  const placeholder = `raw-${random(12).toString('hex')}`
  const texts = { content: placeholder, title: placeholder, sessionFrom: placeholder }
  const raw = { placeholder, bytes: Buffer.from(act.textBase64, 'base64') }
  return { ...textMessage({ ...act, ...texts }, account), raw }
}

function textMessage(act: UserAct, account: Account): UserMessage {
  const { openId, msgtype } = act
  if (msgtype === 'event') {
    const { event = 'user_enter_tempsession', sessionFrom = '' } = act
    if (event.startsWith('user_authorization_')) {
      const fields = { Event: event, OpenID: openId, AppID: account.appId, RevokeInfo: '1' }
      return { msgType: 'event', fields }
    }
    return { openId, msgType: 'event', fields: { Event: event, SessionFrom: sessionFrom } }
  }
  const MsgId = act.msgId === undefined ? account.pusher.newMsgId() : BigInt(act.msgId)
  return { openId, msgType: msgtype, fields: { ...contentFields(msgtype, act, account), MsgId } }
}

function contentFields(
  msgtype: Exclude<UserAct['msgtype'], 'event'>,
  act: UserAct,
  account: Account,
): Record<string, string> {
  const { content = '你好', picUrl = 'https://example.com/picture.png' } = act
  const { title = '标题', pagePath = account.pages.home() ?? 'pages/index/index' } = act
  const mediaId = () => act.mediaId ?? addPicture(account)
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

/** Draws a picture, so that media/get returns what the user sent. */
function addPicture({ media }: Account): string {
  const style = { width: 80, colour: black, transparent: false }
  return media.add(drawQrCode('a picture of a user', style)!.bytes)!.mediaId
}

export const pushList = control({
  method: 'GET',
  path: '/sandbox/pushes',
  summary: 'Lists what became of every push, also of those that API calls raised.',
  fields: {},
  reply: Type.Object({ pushes: Type.Array(Pushed) }),
  example: {},
  act: ({ account }) => ({ pushes: account().pusher.list() }),
})
