/** A push → what the book records of it. Pure. */
import { isAccepting } from '../events/read-event.ts'
import { reasonOf } from '../ledger/outcomes.ts'
import { newCredit, newWindow } from '../ledger/record.ts'
import type { Edition } from '../rules/credits.ts'
import type { Delivery, PushRecord } from '../store/store.ts'
import { isMessage } from '../verify/push/push.ts'
import type { Push, SubscribeSent } from '../verify/push/push.ts'

export interface PushContext {
  /** When it happened. */
  atMs: number
  edition: Edition
  isLongTerm(templateId: string): boolean
}

export function readPush(push: Push, { atMs, edition, isLongTerm }: PushContext): PushRecord {
  if (isMessage(push)) return { type: 'window', window: newWindow('wrote', atMs, edition) }
  switch (push.type) {
    case 'user_enter_tempsession':
      return { type: 'window', window: newWindow('entered', atMs, edition) }
    case 'subscribe_msg_popup_event': {
      const credits = push.list
        .filter(({ status }) => isAccepting(status))
        .map(({ templateId }) => {
          const credit = newCredit('subscription', templateId, atMs, edition)
          return isLongTerm(templateId) ? { ...credit, uses: null } : credit
        })
      return { type: 'consents', credits }
    }
    case 'subscribe_msg_change_event': {
      // The user's settings: only that he switched a template off is told (platform: subscribe messages).
      const rejected = push.list.filter(({ status }) => status === 'reject')
      return { type: 'revoked', templateIds: rejected.map(({ templateId }) => templateId) }
    }
    case 'subscribe_msg_sent_event':
      return { type: 'deliveries', deliveries: push.list.map(deliveryOf) }
    case 'other_event':
      return { type: 'none' }
    default:
      return push satisfies never
  }
}

/** The templates to which the push tells a consent. */
export function consentedTemplates(push: Push): string[] {
  if (push.type !== 'subscribe_msg_popup_event') return []
  return push.list.filter(({ status }) => isAccepting(status)).map(({ templateId }) => templateId)
}

function deliveryOf({ templateId, msgId, errorCode, errorStatus }: SubscribeSent): Delivery {
  return {
    templateId,
    ...(msgId !== undefined && { platformId: msgId }),
    ...(errorCode !== 0 && { reason: reasonOf({ errcode: errorCode, errmsg: errorStatus }) }),
  }
}
