/**
 * Asks the platform for the groups of this life's events. A share ticket is good only while the
 * mini-program lives, so pending lookups are in memory only; a queued event carries
 * `ticket_expired` from the start, and is replaced once its group is found.
 */
import type { Group, ReachEvent, ShareFinished, ShareOpened } from '../../shared/wire/index'
import type { Context } from './context'
import type { Outbox } from './outbox'
import type { EncryptedData, Platform, WechatError } from './platform'
import { copyWith } from './wrap'

export interface GroupResolver {
  /**
   * Notes an event of this life whose groups are to be asked for; an arrival may have no ticket.
   */
  trackGroups(event: ReachEvent): void
  /**
   * False for an event that another copy of the library has captured in this life: only that copy
   * can ask for its group.
   */
  maySend(event: ReachEvent): unknown
  /**
   * The events with their groups. Call it after signing in: the data are encrypted under the
   * session key, which a sign-in in between replaces.
   */
  fill(events: ReachEvent[]): Promise<ReachEvent[]>
  /**
   * The server has no key for the event: ask once more, then give the group up. False where a
   * further attempt would change nothing.
   */
  retry(event: ReachEvent): boolean
}

/**
 * The queued content until the platform has replied, and for good where it could not in this life.
 */
export const ticketExpired: Group = { unavailable: 'ticket_expired' }

/**
 * For both functions: getShareInfo takes a time-out from 1.9.90 on, getGroupEnterInfo takes none.
 */
const timeoutMs = 3000

interface Lookup {
  tickets: (string | undefined)[]
  attempts: number
  /** The event with its groups. */
  resolved?: ReachEvent | undefined
}

export function createGroupResolver(context: Context & { outbox: Outbox }): GroupResolver {
  const startedAt = context.world.now()
  /** Without a prototype: an id may be any word. */
  const lookups: Record<string, Lookup> = Object.create(null)

  const ask = (name: keyof Platform, source: 'shareInfo' | 'groupEnterInfo', options: object) =>
    context
      .callWechat<EncryptedData>(context.wx, name, options, timeoutMs)
      .then(({ encryptedData, iv }): Group => {
        // Some platforms report success with `errMsg` or `cloudID` alone.
        return encryptedData && iv ? { source, encryptedData, iv } : unavailable()
      })
      .catch(unavailable)
      // The error may be a value that cannot become text.
      .catch(() => unavailable())

  async function groupOf(shareTicket: string | undefined, opened: boolean): Promise<Group> {
    const group =
      opened &&
      context.wx.getGroupEnterInfo &&
      (await ask('getGroupEnterInfo', 'groupEnterInfo', {}))
    if (group && ('iv' in group || !shareTicket)) return group
    return ask('getShareInfo', 'shareInfo', { shareTicket })
  }

  async function fillOne(event: ReachEvent): Promise<ReachEvent> {
    const lookup = lookups[event.id]
    if (!lookup) return event
    if (!lookup.resolved) {
      lookup.attempts++
      const opened = event.type === 'share.opened'
      const questions = lookup.tickets.map((ticket) => groupOf(ticket, opened))
      lookup.resolved = withGroups(event, await Promise.all(questions))
      context.outbox.update(lookup.resolved)
    }
    return lookup.resolved
  }

  return {
    trackGroups(event) {
      const { id, group, groups, shareTicket, shareTickets } = event as ShareOpened & ShareFinished
      if (group || groups) lookups[id] = { tickets: shareTickets || [shareTicket], attempts: 0 }
    },
    maySend(event) {
      const { id, at, group, groups } = event as ShareOpened & ShareFinished
      return lookups[id] || at < startedAt || at > context.world.now() || !(group || groups)
    },
    fill: (events) => Promise.all(events.map(fillOne)),
    retry(event) {
      const { groups } = event as ShareFinished
      const lookup = lookups[event.id] || { tickets: [], attempts: 2 }
      lookups[event.id] = lookup
      if (lookup.attempts < 2) {
        lookup.resolved = undefined
      } else {
        const stale = (groups || [ticketExpired]).map(() => ({ unavailable: 'session_stale' }))
        // In memory too: storage may refuse it.
        lookup.resolved = withGroups(event, stale)
        context.outbox.update(lookup.resolved)
        lookup.attempts++
      }
      // Bounded: a server may report this for ever for an event without any data.
      return lookup.attempts < 4
    },
  }
}

const withGroups = (event: ReachEvent, groups: Group[]): ReachEvent =>
  copyWith(event, event.type === 'share.opened' ? { group: groups[0] } : { groups }) as ReachEvent

/**
 * The reason is the platform's errcode (40097: not opened in a group, 65206: left it), `timeout`,
 * `missing`, or the platform's message.
 */
function unavailable(error?: unknown): Group {
  const { errMsg, errCode } = (error || {}) as Partial<WechatError>
  const message = `${errMsg || 'failed'}`
  if (/not supported/.test(message)) return { unavailable: 'missing' }
  const [known] = /40097|65206|timeout/.exec(`${errCode} ${message}`) || [message]
  return { unavailable: known.slice(0, 256) }
}
