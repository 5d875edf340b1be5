/** What a user's act looks like to a receiver (platform, 消息推送). */
import { imageTypeOf } from '../rules/image-types.ts'
import { qrPicture } from '../picture/qr-picture.ts'
import type { Account } from '../state/account.ts'
import type { UserMessage } from './pusher.ts'

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
