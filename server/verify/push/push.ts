/** A push that was verified and decoded. Field names are ours; the platform's own stand in `raw`. */
import type { PushFormat } from './body.ts'

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
