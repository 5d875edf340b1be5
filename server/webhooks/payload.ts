/** What a webhook receives of a change. */
import type { WebhookEvent } from '../../shared/wire/index.ts'
import { iso } from '../runtime/world.ts'
import type { Change, ClaimedDelivery } from '../store/store.ts'

/**
 * The same for every try, and for every webhook that receives the change. The time tells events
 * apart whose positions are equal, after a backup was restored.
 */
export const eventIdOf = ({ position, atMs }: Pick<Change, 'position' | 'atMs'>): string =>
  `evt_${atMs.toString(36)}_${position.toString(36)}`

export function eventOf({
  webhook: { appId },
  change,
  about,
}: Pick<ClaimedDelivery, 'webhook' | 'change' | 'about'>): WebhookEvent {
  const at = { timestamp: iso(change.atMs), appId }
  const user = change.openId === undefined ? {} : { openId: change.openId }
  switch (change.type) {
    case 'message.settled': {
      const { type, message: messageId, state, inferred, reason } = change
      const known = { messageId, ...user, channel: about!.channel, ...about }
      const outcome = { state, ...(inferred && { inferred }), ...(reason && { reason }) }
      return { type, ...at, data: { ...known, ...outcome } }
    }
    case 'credit.recorded':
    case 'credit.ending': {
      const { type, kind, templateId, uses, endsAtMs } = change
      const endsAt = endsAtMs === null ? null : iso(endsAtMs)
      const data = { ...user, kind, ...(templateId !== undefined && { templateId }), uses, endsAt }
      return { type, ...at, data }
    }
    case 'subscription.revoked':
      return { type: change.type, ...at, data: { ...user, templateId: change.templateId } }
    case 'group.joined':
      return { type: change.type, ...at, data: { ...user, openGId: change.openGId } }
    case 'channel.suspended': {
      const { type, channel, kind, untilMs, reason } = change
      const until = untilMs === null ? {} : { until: iso(untilMs) }
      return { type, ...at, data: { channel, kind, ...until, reason } }
    }
    case 'broadcast.changed': {
      const { type, id: broadcastId, state, reason, counts } = change
      return { type, ...at, data: { broadcastId, state, ...(reason && { reason }), counts } }
    }
    case 'message.created':
    case 'arrival.recorded':
    case 'push.received':
      throw new Error(`A webhook receives no ${change.type}.`)
    default:
      return change satisfies never
  }
}
