/** The messages and events that the platform pushes, and their two formats. */
type Value = string | number | bigint
type PushFields = Readonly<Record<string, Value>>

/** A message of one user, without the fields that the platform adds to every message. */
export interface UserMessage {
  openId: string
  msgType: string
  fields: PushFields
  list?: PushList
}

export interface PushMessage {
  fields: PushFields
  list?: PushList
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
    .map(([name, value]) => `<${name}>${xmlValue(value)}</${name}>`)
    .join('')
}

function xmlValue(value: Value): string {
  if (typeof value !== 'string') return String(value)
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** Subscription events carry every number as text, and a list of one element as an object. */
export function toJson({ fields, list }: PushMessage): string {
  if (!list) return jsonObject(fields)
  const items = list.items.map((item) => jsonObject(item, true))
  const [first] = items
  const value = first !== undefined && items.length === 1 ? first : `[${items.join(',')}]`
  return `${jsonObject(fields, true).slice(0, -1)},"List":${value}}`
}

function jsonObject(fields: PushFields, asText = false): string {
  const members = Object.entries(fields).map(([name, value]) => {
    const written = asText ? String(value) : value
    // JSON.stringify refuses a bigint, and a MsgId is larger than a number holds exactly.
    const json = typeof written === 'bigint' ? String(written) : JSON.stringify(written)
    return `${JSON.stringify(name)}:${json}`
  })
  return `{${members.join(',')}}`
}
