/** A verified push as typed fields. Field names are ours; the platform's own are in `raw`. */
import { sha256, isObject } from '../../runtime/encoding.ts'
import { isValue, refusalText } from '../values.ts'
import type { Body, PushFormat } from './body.ts'

export type Push = MessagePush | EventPush

interface Common {
  /** The user's openId. In some events about the account itself: the platform's own name. */
  fromUserName: string
  /** The account's original id (`gh_…`), not its appId; empty where the push has none. */
  toUserName: string
  /**
   * When it happened, by the platform's clock. Credits count from here: the arrival may be a retry.
   */
  createTimeMs: number
  /**
   * Equal for every delivery of one push of one app. The MsgId, or else a hash, so that stored keys
   * identify no person.
   */
  dedupeKey: string
  /** The format of the message itself; a reply is written in the same. */
  format: PushFormat
  /** Every field as received: texts in XML, any JSON in JSON, a MsgId always as text. */
  raw: Readonly<Record<string, unknown>>
}

/**
 * Something that the user wrote. Missing fields are empty: the message opens the window all the
 * same.
 */
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
  /** Every other message type. */
  | (MessageCommon & { type: 'other_message'; msgType: string })

interface MessageCommon extends Common {
  /** Up to 20 digits, as text. */
  msgId?: string
}

export type EventPush =
  /** The user opened the customer-service window. */
  | (Common & { type: 'user_enter_tempsession'; sessionFrom: string })
  | (Common & { type: 'subscribe_msg_popup_event'; list: TemplateConsent[] })
  | (Common & { type: 'subscribe_msg_change_event'; list: TemplateConsent[] })
  | (Common & { type: 'subscribe_msg_sent_event'; list: SubscribeSent[] })
  /**
   * The user took an authorisation back, or closed the WeChat account, and WeChat asks to delete
   * what is kept of them. `fromUserName` is the platform's.
   */
  | (Common & {
      type: 'user_authorization_revoke' | 'user_authorization_cancellation'
      openId: string
    })
  /** Every other event. */
  | (Common & { type: 'other_event'; event: string })

/** What a user answered about one template. */
interface TemplateConsent {
  templateId: string
  /** `accept`, `reject` or another word. */
  status: string
  /** Where the platform asked: `0` within the mini-program. */
  popupScene?: string
}

/** The delivery of one subscribe message. */
export interface SubscribeSent {
  templateId: string
  /** As in the reply to the send. */
  msgId?: string
  /** 0: delivered. */
  errorCode: number
  errorStatus: string
}

const eventTypes = {
  user_enter_tempsession: true,
  subscribe_msg_popup_event: true,
  subscribe_msg_change_event: true,
  subscribe_msg_sent_event: true,
  user_authorization_revoke: true,
  user_authorization_cancellation: true,
  other_event: true,
} satisfies Record<EventPush['type'], true>

/** Whether the user wrote, which opens the window of 48 hours; an event does not. */
export function isMessage(push: Push): push is MessagePush {
  return !Object.hasOwn(eventTypes, push.type)
}

/** `undefined`: sender, time or type is missing, or a field is not as the platform documents it. */
export function decodePush({ format, fields }: Body): Push | undefined {
  const { FromUserName: from, MsgType, Event } = fields
  const createTime = textOf(fields.CreateTime)
  const msgType = textOf(MsgType)
  if (!isValue('openId', from)) return undefined
  if (!createTime || !/^\d{1,11}$/.test(createTime)) return undefined
  if (!isValue('word', msgType)) return undefined

  const common = {
    fromUserName: from,
    toUserName: textOrEmpty(fields.ToUserName),
    createTimeMs: Number(createTime) * 1_000,
    format,
    raw: fields,
  }
  const keyOf = (kind: 'message' | 'event', ...parts: unknown[]) =>
    hashOf([kind, from, createTime, ...parts])
  if (msgType !== 'event') return decodeMessage(msgType, common, keyOf)
  const event = textOf(Event)
  return isValue('word', event) ? decodeEvent(event, common, keyOf) : undefined
}

type Fields = Readonly<Record<string, unknown>>
type Decoded = Omit<Push, 'type' | 'dedupeKey'>

/**
 * The key of a push without MsgId: FromUserName + CreateTime + Event (platform: push), and what
 * distinguishes pushes of one second beyond that.
 */
type KeyOf = (kind: 'message' | 'event', ...parts: unknown[]) => string

/** Hashes JSON, so that no two lists of parts run together into the same text. */
function hashOf(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts)).toString('base64url')
}

function decodeMessage(msgType: string, decoded: Decoded, keyOf: KeyOf): MessagePush | undefined {
  const fields = decoded.raw
  const msgId = textOf(fields.MsgId) || undefined
  if (msgId !== undefined && !/^\d{1,20}$/.test(msgId)) return undefined
  const common = {
    ...decoded,
    ...(msgId !== undefined && { msgId }),
    dedupeKey: msgId ?? keyOf('message', msgType),
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

function decodeEvent(event: string, decoded: Decoded, keyOf: KeyOf): EventPush | undefined {
  const fields = decoded.raw
  // With the templates, because one second may hold several subscribe events; and with the ids of
  // the messages, because two sends of one template may end in the same second.
  const common = (list: readonly { templateId: string; msgId?: string }[]) => ({
    ...decoded,
    dedupeKey: keyOf(
      'event',
      event,
      list.map(({ templateId, msgId }) => [templateId, msgId ?? '']),
    ),
  })
  switch (event) {
    case 'user_enter_tempsession':
      return { ...common([]), type: event, sessionFrom: textOrEmpty(fields.SessionFrom) }
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event': {
      const list = listOf(fields, elementOf[event], decodeAnswer)
      return list && { ...common(list), type: event, list }
    }
    case 'subscribe_msg_sent_event': {
      const list = listOf(fields, elementOf[event], decodeSent)
      return list && { ...common(list), type: event, list }
    }
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation': {
      const { OpenID: openId } = fields
      // That of a plugin names its user by OpenPID.
      if (!isValue('openId', openId)) return { ...common([]), type: 'other_event', event }
      return { ...decoded, dedupeKey: keyOf('event', event, openId), type: event, openId }
    }
    default:
      return { ...common([]), type: 'other_event', event }
  }
}

/** The XML element around the list of a subscribe event; JSON has the list at the top. */
const elementOf = {
  subscribe_msg_popup_event: 'SubscribeMsgPopupEvent',
  subscribe_msg_change_event: 'SubscribeMsgChangeEvent',
  subscribe_msg_sent_event: 'SubscribeMsgSentEvent',
} as const

/**
 * `undefined`: an entry is not an object, or `decode` rejects it. Empty where the list is absent.
 */
function listOf<T>(
  fields: Fields,
  element: string,
  decode: (entry: Fields) => T | undefined,
): T[] | undefined {
  const within = fields[element]
  const value = isObject(within) ? within.List : fields.List
  if (value === undefined || value === null || value === '') return []
  const entries: unknown[] = Array.isArray(value) ? value : [value]
  const list = entries.map((entry) => (isObject(entry) ? decode(entry) : undefined))
  return list.every((entry) => entry !== undefined) ? list : undefined
}

function decodeAnswer(entry: Fields): TemplateConsent | undefined {
  const templateId = textOf(entry.TemplateId)
  const status = textOf(entry.SubscribeStatusString)
  const popupScene = textOf(entry.PopupScene)
  if (!isValue('templateId', templateId) || !isValue('word', status)) return undefined
  return { templateId, status, ...(popupScene !== undefined && { popupScene }) }
}

function decodeSent(entry: Fields): SubscribeSent | undefined {
  const templateId = textOf(entry.TemplateId)
  const errorCode = textOf(entry.ErrorCode)
  const msgId = textOf(entry.MsgID) || undefined
  if (!isValue('templateId', templateId)) return undefined
  if (msgId !== undefined && !isValue('messageId', msgId)) return undefined
  if (!errorCode || !/^-?\d{1,9}$/.test(errorCode)) return undefined
  return {
    templateId,
    ...(msgId !== undefined && { msgId }),
    errorCode: Number(errorCode),
    errorStatus: refusalText(entry.ErrorStatus),
  }
}

/** A field's text. JSON may have a whole number in its place. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

function textOrEmpty(value: unknown): string {
  return textOf(value) ?? ''
}
