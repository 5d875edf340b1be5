import type { UserMessage } from './pusher.ts'

/** What is pushed, and how it is written in both formats. */
type Value = string | number | bigint

export interface PushMessage {
  fields: Readonly<Record<string, Value>>
  /** The elements of a subscription event; in XML they lie within an element of this name. */
  list?: { wrapper: string; items: readonly Readonly<Record<string, Value>>[] }
}

export function toXml({ fields, list }: PushMessage): string {
  const items = list?.items.map((item) => `<List>${xmlFields(item)}</List>`).join('') ?? ''
  const wrapped = list ? `<${list.wrapper}>${items}</${list.wrapper}>` : ''
  return `<xml>${xmlFields(fields)}${wrapped}</xml>`
}

function xmlFields(fields: Readonly<Record<string, Value>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${xmlValue(value)}</${name}>`)
    .join('')
}

function xmlValue(value: Value): string {
  if (typeof value !== 'string') return String(value)
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** Subscription events write every number as text, and their list is an object while there is one. */
export function toJson({ fields, list }: PushMessage): string {
  if (!list) return jsonObject(fields)
  const items = list.items.map((item) => jsonObject(item, true))
  const [first] = items
  const value = first !== undefined && items.length === 1 ? first : `[${items.join(',')}]`
  return `${jsonObject(fields, true).slice(0, -1)},"List":${value}}`
}

function jsonObject(fields: Readonly<Record<string, Value>>, asText = false): string {
  const members = Object.entries(fields).map(([name, value]) => {
    const written = asText ? String(value) : value
    // JSON.stringify knows no bigint, and a MsgId is beyond what a number holds.
    const json = typeof written === 'bigint' ? String(written) : JSON.stringify(written)
    return `${JSON.stringify(name)}:${json}`
  })
  return `{${members.join(',')}}`
}

/** The events that subscribing raises (platform, subscribe messages). */

/** The user answered the panel in a mini-program's page. */
export function popupEvent(openId: string, templateId: string, status: string): UserMessage {
  const item = { TemplateId: templateId, SubscribeStatusString: status, PopupScene: 0 }
  return event(openId, 'subscribe_msg_popup_event', 'SubscribeMsgPopupEvent', item)
}

/** The user turned messages off; turning them on raises nothing. */
export function changeEvent(openId: string, templateId: string): UserMessage {
  const item = { TemplateId: templateId, SubscribeStatusString: 'reject' }
  return event(openId, 'subscribe_msg_change_event', 'SubscribeMsgChangeEvent', item)
}

/** A message was delivered. */
export function sentEvent(openId: string, templateId: string, msgId: bigint): UserMessage {
  const item = { TemplateId: templateId, MsgID: msgId, ErrorCode: 0, ErrorStatus: 'success' }
  return event(openId, 'subscribe_msg_sent_event', 'SubscribeMsgSentEvent', item)
}

function event(
  openId: string,
  name: string,
  wrapper: string,
  item: Readonly<Record<string, string | number | bigint>>,
): UserMessage {
  return { openId, msgType: 'event', fields: { Event: name }, list: { wrapper, items: [item] } }
}
