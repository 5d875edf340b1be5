/** What the ledger records of a push. */
import { reasonOf } from '../ledger/outcomes.ts'
import { newWindow } from '../ledger/record.ts'
import { endedMessages } from '../privacy/erasure.ts'
import { maxContentCharacters } from '../rules/pushes.ts'
import type { Edition } from '../rules/credits.ts'
import type { Delivery, PushRecord } from '../store/store.ts'
import { consentCredits } from '../subscribe/consents.ts'
import { isMessage, type Push, type SubscribeSent } from '../verify/push/push.ts'

interface PushContext {
  /** When it happened, on the platform's clock. */
  atMs: number
  edition: Edition
  isLongTerm(templateId: string): boolean
}

export function readPush(push: Push, context: PushContext): PushRecord {
  const { atMs, edition } = context
  if (isMessage(push)) return { type: 'window', window: newWindow('wrote', atMs, edition) }
  switch (push.type) {
    case 'user_enter_tempsession':
      return { type: 'window', window: newWindow('entered', atMs, edition) }
    case 'subscribe_msg_popup_event':
      return { type: 'consents', credits: consentCredits(push.list, context) }
    case 'subscribe_msg_change_event': {
      // The user's settings. They name only templates switched off (platform: subscribe messages).
      const rejected = push.list.filter(({ status }) => status === 'reject')
      return { type: 'revoked', templateIds: rejected.map(({ templateId }) => templateId) }
    }
    case 'subscribe_msg_sent_event':
      return { type: 'deliveries', deliveries: push.list.map(deliveryOf) }
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation':
      return { type: 'erased', ...endedMessages }
    case 'other_event':
      return { type: 'none' }
    default:
      return push satisfies never
  }
}

/** The platform's own word for it: the MsgType of a message, the Event of an event. */
export function wordOf(push: Push): string {
  if (push.type === 'other_message') return push.msgType
  return push.type === 'other_event' ? push.event : push.type
}

/**
 * The fields of a push as JSON, for people to read. Without its sender, so that an openId stands in
 * the table of users alone. `undefined`: of a delivery report, whose message has the outcome, and
 * of the end of an authorization, which erases the user.
 */
export function writeContent(push: Push): string | undefined {
  if (push.type === 'subscribe_msg_sent_event' || 'openId' in push) return undefined
  const { ToUserName: _, ...fields } = push.raw
  const ofOthers = Object.entries(fields).filter(([, value]) => value !== push.fromUserName)
  const text = JSON.stringify(Object.fromEntries(ofOthers))
  if (text.length <= maxContentCharacters) return text
  const { MsgType, Event } = fields
  return JSON.stringify({ MsgType, Event })
}

function deliveryOf({ templateId, msgId, errorCode, errorStatus }: SubscribeSent): Delivery {
  return {
    templateId,
    ...(msgId !== undefined && { platformId: msgId }),
    ...(errorCode !== 0 && { reason: reasonOf({ errcode: errorCode, errmsg: errorStatus }) }),
  }
}
