/** Changes as the events of a stream. They name what changed and hold none of it. */
import type { StreamEventOf, StreamEvents } from '../../shared/wire/index.ts'
import { iso } from '../runtime/world.ts'
import type { Change } from '../store/store.ts'

/** The first word of each type, by which a reader chooses. */
export const topics = [
  'message',
  'credit',
  'subscription',
  'group',
  'arrival',
  'push',
  'channel',
  'broadcast',
] as const
export type Topic = (typeof topics)[number]

export const isOf = (chosen: readonly Topic[], { type }: Pick<Change, 'type'>): boolean =>
  chosen.length === 0 || chosen.some((topic) => type.startsWith(`${topic}.`))

/** Line by line as server-sent events have it. JSON has no line break. */
export const writeEvent = (id: number, event: keyof StreamEvents, data: object): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

export function writeChange(change: Change): string {
  const { event, data } = eventOf(change)
  return writeEvent(change.position, event, data)
}

/** A comment: proxies and browsers see that the connection is there. */
export const heartbeat = ':\n\n'

type ChangeEvent = StreamEventOf<Exclude<keyof StreamEvents, 'reset'>>

function eventOf(change: Change): ChangeEvent {
  const { atMs, openId } = change
  const of = { at: iso(atMs), ...(openId !== undefined && { openId }) }
  switch (change.type) {
    case 'message.created':
      return { event: change.type, data: { ...of, message: change.message } }
    case 'message.settled': {
      const { message, state } = change
      return { event: change.type, data: { ...of, message, state } }
    }
    case 'credit.recorded':
    case 'credit.ending': {
      const { type, kind, templateId } = change
      const data = { ...of, kind, ...(templateId !== undefined && { templateId }) }
      return { event: type, data }
    }
    case 'subscription.revoked':
      return { event: change.type, data: { ...of, templateId: change.templateId } }
    case 'group.joined':
      return { event: change.type, data: { ...of, openGId: change.openGId } }
    case 'arrival.recorded': {
      const { shareId, openGId } = change
      const from = {
        ...(shareId !== undefined && { shareId }),
        ...(openGId !== undefined && { openGId }),
      }
      return { event: change.type, data: { ...of, ...from } }
    }
    case 'push.received':
      return { event: change.type, data: { ...of, event: change.event } }
    case 'channel.suspended':
      return { event: change.type, data: { ...of, channel: change.channel } }
    case 'broadcast.changed': {
      const { type, id: broadcast, state, counts } = change
      return { event: type, data: { ...of, broadcast, state, counts } }
    }
    default:
      return change satisfies never
  }
}
