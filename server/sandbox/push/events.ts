/** The events that subscribing raises (platform, subscribe messages). */
import type { UserMessage } from './pusher.ts'

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
