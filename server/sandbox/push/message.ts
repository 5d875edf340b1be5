/** The messages and events that the platform pushes, and their two formats. */
import { writeJson } from '../rules/json.ts'

type Value = string | number | bigint
/** A list is in XML an element for each of its items. */
export interface PushFields {
  readonly [name: string]: Value | PushFields | readonly PushFields[]
}

/** A message without the fields that the platform adds to every message. */
export interface UserMessage {
  /** Of the user whom it is about. Absent: it is of the platform itself. */
  openId?: string
  msgType: string
  fields: PushFields
  list?: PushList
  raw?: RawText
}

export interface PushMessage {
  fields: PushFields
  list?: PushList
  raw?: RawText
}

/** Bytes that are no text, which stand in the body where the text `placeholder` was written. */
export interface RawText {
  placeholder: string
  bytes: Buffer
}

/** The body of a push, before encryption. */
export function pushBody(message: PushMessage, format: 'xml' | 'json'): Buffer {
  const text = Buffer.from(format === 'xml' ? toXml(message) : toJson(message))
  const { raw } = message
  const at = raw ? text.indexOf(raw.placeholder) : -1
  if (!raw || at < 0) return text
  const end = at + Buffer.byteLength(raw.placeholder)
  return Buffer.concat([text.subarray(0, at), raw.bytes, text.subarray(end)])
}

/** The elements of a subscription event. In XML an element called `wrapper` encloses them. */
interface PushList {
  wrapper: string
  items: readonly PushFields[]
}

/** The user answered the subscription panel in a page of the mini-program. */
export function popupEvent(openId: string, templateId: string, status: string): UserMessage {
  const item = { TemplateId: templateId, SubscribeStatusString: status, PopupScene: 0 }
  return event(openId, 'subscribe_msg_popup_event', 'SubscribeMsgPopupEvent', item)
}

/** The user turned a template off in the settings. Turning one on raises no event. */
export function changeEvent(openId: string, templateId: string): UserMessage {
  const item = { TemplateId: templateId, SubscribeStatusString: 'reject' }
  return event(openId, 'subscribe_msg_change_event', 'SubscribeMsgChangeEvent', item)
}

/** A subscribe message was delivered. */
export function sentEvent(openId: string, templateId: string, msgId: bigint): UserMessage {
  const item = { TemplateId: templateId, MsgID: msgId, ErrorCode: 0, ErrorStatus: 'success' }
  return event(openId, 'subscribe_msg_sent_event', 'SubscribeMsgSentEvent', item)
}

function event(openId: string, name: string, wrapper: string, item: PushFields): UserMessage {
  return { openId, msgType: 'event', fields: { Event: name }, list: { wrapper, items: [item] } }
}

export function toXml({ fields, list }: PushMessage): string {
  const items = list?.items.map((item) => `<List>${xmlFields(item)}</List>`).join('') ?? ''
  const wrapped = list ? `<${list.wrapper}>${items}</${list.wrapper}>` : ''
  return `<xml>${xmlFields(fields)}${wrapped}</xml>`
}

function xmlFields(fields: PushFields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      [value].flat().map((each) => `<${name}>${xmlValue(each)}</${name}>`),
    )
    .join('')
}

function xmlValue(value: Value | PushFields): string {
  if (typeof value === 'object') return xmlFields(value)
  if (typeof value !== 'string') return String(value)
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** The elements of a list carry every number as text, and a list of one element is an object. */
export function toJson({ fields, list }: PushMessage): string {
  if (!list) return writeJson(fields)
  const items = list.items.map((item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value)])),
  )
  return writeJson({ ...fields, List: items.length === 1 ? items[0] : items })
}
