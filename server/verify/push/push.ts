/** A push that was verified and decoded. Field names are ours; the platform's own stand in `raw`. */
import { createHash } from 'node:crypto'
import { isObject } from '../../runtime/json.ts'
import type { PushFormat, Body } from './body.ts'

interface Common {
  /** The openId of the user. Of some events about the account itself: the platform's own name. */
  fromUserName: string
  /** The account's original id (`gh_…`), not its appId; empty where it was not told. */
  toUserName: string
  /** When it happened by the platform's clock: rights count from here, not from the arrival, which may be a retry. */
  createTimeMs: number
  /**
   * The same for every delivery of one push of one app. A MsgId as it is, else a hash, so that what is kept of it names
   * nobody.
   */
  dedupeKey: string
  /** Of the message itself; a reply is written in the same. */
  format: PushFormat
  /** Every field as it came: texts in XML, any JSON in JSON, a MsgId always as text. */
  raw: Readonly<Record<string, unknown>>
}

interface MessageCommon extends Common {
  /** Digits, up to 20 of them: never a number. */
  msgId?: string
}

/** Something that the user wrote. Fields that were not told are empty: the right to answer arises all the same. */
export type MessagePush =
  | (MessageCommon & { type: 'text'; content: string })
  | (MessageCommon & { type: 'image'; picUrl: string; mediaId: string })
  | (MessageCommon & {
      type: 'miniprogrampage'
      title: string
      appId: string
      pagePath: string
      thumbUrl: string
      thumbMediaId: string
    })
  /** Of any kind that is not named here. */
  | (MessageCommon & { type: 'other_message'; msgType: string })

/** What a user answered about one template. */
export interface SubscribeAnswer {
  templateId: string
  /** `accept`, `reject` or another word. */
  status: string
  /** Where he was asked: `0` within the mini-program. */
  popupScene?: string
}

/** What became of one subscribe message. */
export interface SubscribeSent {
  templateId: string
  /** As the send's reply named it; absent where it was told as a number that JSON cannot hold. */
  msgId?: string
  /** 0: it arrived. */
  errorCode: number
  errorStatus: string
}

export type EventPush =
  /** The user opened the customer-service window. */
  | (Common & { type: 'user_enter_tempsession'; sessionFrom: string })
  | (Common & { type: 'subscribe_msg_popup_event'; list: SubscribeAnswer[] })
  | (Common & { type: 'subscribe_msg_change_event'; list: SubscribeAnswer[] })
  | (Common & { type: 'subscribe_msg_sent_event'; list: SubscribeSent[] })
  /** Of any kind that is not named here, `user_authorization_revoke` and `user_authorization_cancellation` too. */
  | (Common & { type: 'other_event'; event: string })

export type Push = MessagePush | EventPush

const events = {
  user_enter_tempsession: true,
  subscribe_msg_popup_event: true,
  subscribe_msg_change_event: true,
  subscribe_msg_sent_event: true,
  other_event: true,
} satisfies Record<EventPush['type'], true>

/** Whether the user wrote, which opens the window of 48 hours; an event does not. */
export function isMessage(push: Push): push is MessagePush {
  return !Object.hasOwn(events, push.type)
}

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

/** What tells two pushes without a MsgId apart: FromUserName + CreateTime + Event (platform: push). */

interface Origin {
  fromUserName: string
  /** Seconds, as they came. */
  createTime: string
}

/**
 * With the templates, because one second may hold several subscribe events; and with the id of the message that one tells of,
 * because two sends of one template may end in the same second.
 */
export function eventKey(
  { fromUserName, createTime }: Origin,
  event: string,
  list: readonly { templateId: string; msgId?: string }[],
): string {
  const about = list.map(({ templateId, msgId }) => [templateId, msgId ?? ''])
  return keyOf(['event', fromUserName, createTime, event, about])
}

/** For a message of a kind that carries no MsgId. */
export function messageKey({ fromUserName, createTime }: Origin, msgType: string): string {
  return keyOf(['message', fromUserName, createTime, msgType])
}

function keyOf(parts: readonly unknown[]): string {
  // As JSON, so that no two lists of parts run together into the same text.
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Fields of a push, which are texts in XML and may be numbers in JSON. */

/** A text, or a number that is exact; `undefined` for all else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

export function textOrEmpty(value: unknown): string {
  return textOf(value) ?? ''
}

/** One element or several; none where it is absent. `undefined`: something in it is no object. */
export function listOf(value: unknown): Record<string, unknown>[] | undefined {
  if (value === undefined || value === null || value === '') return []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.every(isObject) ? list : undefined
}

/** The lists of the three subscribe events. `undefined`: an element without its template, or without what became of it. */

type ElementFields = Readonly<Record<string, unknown>>

export function answersOf(fields: ElementFields, wrapper: string): SubscribeAnswer[] | undefined {
  return elementsOf(fields, wrapper, (element) => {
    const templateId = textOf(element.TemplateId)
    const status = textOf(element.SubscribeStatusString)
    const popupScene = textOf(element.PopupScene)
    if (!templateId || !status) return undefined
    return { templateId, status, ...(popupScene !== undefined && { popupScene }) }
  })
}

export function sentOf(fields: ElementFields): SubscribeSent[] | undefined {
  return elementsOf(fields, 'SubscribeMsgSentEvent', (element) => {
    const templateId = textOf(element.TemplateId)
    const errorCode = textOf(element.ErrorCode)
    const msgId = textOf(element.MsgID)
    if (!templateId || !errorCode || !/^-?\d{1,9}$/.test(errorCode)) return undefined
    const errorStatus = textOrEmpty(element.ErrorStatus)
    return {
      templateId,
      ...(msgId && { msgId }),
      errorCode: Number(errorCode),
      errorStatus,
    }
  })
}

/** XML wraps the list in an element named like the event; JSON has it at the top. */
function elementsOf<T>(
  fields: ElementFields,
  wrapper: string,
  decode: (element: ElementFields) => T | undefined,
): T[] | undefined {
  const within = fields[wrapper]
  const elements = listOf(isObject(within) ? within.List : fields.List)?.map(decode)
  return elements?.every((element) => element !== undefined) ? elements : undefined
}
