import type { Body } from './body.ts'
import { eventKey, messageKey } from './dedupe-key.ts'
import { textOf, textOrEmpty } from './fields.ts'
import type { Push } from './push.ts'
import { answersOf, sentOf } from './subscribe-events.ts'

/** `undefined`: who, when or what is missing, or is not what the platform's pages say. */
export function decodePush({ format, fields }: Body): Push | undefined {
  const { FromUserName: from, MsgType, Event } = fields
  const createTime = textOf(fields.CreateTime)
  const msgType = textOf(MsgType)
  if (typeof from !== 'string' || !/^[\w-]{1,64}$/.test(from)) return undefined
  if (!createTime || !/^\d{1,11}$/.test(createTime) || !msgType) return undefined

  const origin = { fromUserName: from, createTime }
  const common = {
    fromUserName: from,
    toUserName: textOrEmpty(fields.ToUserName),
    createTimeMs: Number(createTime) * 1_000,
    format,
    raw: fields,
  }
  if (msgType !== 'event') return decodeMessage(msgType, fields, origin, common)
  const event = textOf(Event)
  return event ? decodeEvent(event, fields, origin, common) : undefined
}

type Fields = Body['fields']
type Origin = Parameters<typeof eventKey>[0]
type Known = Omit<Push, 'type' | 'dedupeKey'>

function decodeMessage(
  msgType: string,
  fields: Fields,
  origin: Origin,
  known: Known,
): Push | undefined {
  const msgId = textOf(fields.MsgId) || undefined
  if (msgId !== undefined && !/^\d{1,20}$/.test(msgId)) return undefined
  const common = {
    ...known,
    ...(msgId !== undefined && { msgId }),
    dedupeKey: msgId ?? messageKey(origin, msgType),
  }
  const text = (name: string) => textOrEmpty(fields[name])
  switch (msgType) {
    case 'text':
      return { ...common, type: msgType, content: text('Content') }
    case 'image':
      return { ...common, type: msgType, picUrl: text('PicUrl'), mediaId: text('MediaId') }
    case 'miniprogrampage':
      return {
        ...common,
        type: msgType,
        title: text('Title'),
        appId: text('AppId'),
        pagePath: text('PagePath'),
        thumbUrl: text('ThumbUrl'),
        thumbMediaId: text('ThumbMediaId'),
      }
    default:
      return { ...common, type: 'other_message', msgType }
  }
}

function decodeEvent(
  event: string,
  fields: Fields,
  origin: Origin,
  known: Known,
): Push | undefined {
  const common = { ...known, dedupeKey: eventKey(origin, event, []) }
  switch (event) {
    case 'user_enter_tempsession':
      return { ...common, type: event, sessionFrom: textOrEmpty(fields.SessionFrom) }
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event': {
      const wrapper =
        event === 'subscribe_msg_popup_event' ? 'SubscribeMsgPopupEvent' : 'SubscribeMsgChangeEvent'
      const list = answersOf(fields, wrapper)
      return list && { ...common, type: event, dedupeKey: eventKey(origin, event, list), list }
    }
    case 'subscribe_msg_sent_event': {
      const list = sentOf(fields)
      return list && { ...common, type: event, dedupeKey: eventKey(origin, event, list), list }
    }
    default:
      return { ...common, type: 'other_event', event }
  }
}
