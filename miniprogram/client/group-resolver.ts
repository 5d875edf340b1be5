/**
 * Which events of this life still want a group. A share ticket is good only while the mini-program lives, so this
 * stands in memory alone; what is queued says `ticket_expired` from the start, and is put right once a group is found.
 */
import type { Group, ReachEvent, ShareFinished, ShareOpened } from '../../shared/wire/index'
import type { World } from './context'
import type { Outbox } from './outbox'
import type { EncryptedData, Platform } from './platform'
import type { CallWechat, WechatError } from './platform-call'
import { changed } from './wrap'

/** What stands in the queue until the platform has answered, and for ever when it could not in this life. */
export const expired: Group = { unavailable: 'ticket_expired' }

interface Lookup {
  tickets: (string | undefined)[]
  asked: number
  /** The event with its groups. */
  found?: ReachEvent | undefined
}

export interface Lookups {
  /** Of this life: what groups it speaks of is to be asked of the platform, by its tickets; an arrival may have none. */
  expect(event: ReachEvent): void
  /** False for what another copy of the library has seen in this life, and alone can put right and be asked about. */
  mayFill(event: ReachEvent): boolean
  /** Call after signing in. */
  fill(events: ReachEvent[]): Promise<ReachEvent[]>
  /** The server has no key for it: ask once more, then give the group up. False where nothing changes by that. */
  again(event: ReachEvent): boolean
}

const withGroups = (event: ReachEvent, groups: Group[]): ReachEvent =>
  changed(event, event.type === 'share.opened' ? { group: groups[0] } : { groups }) as ReachEvent

export function createLookups(world: World, ask: AskGroup, outbox: Outbox): Lookups {
  const begun = world.now()
  /** Without a prototype: an id may be any word. */
  const lookups: Record<string, Lookup> = Object.create(null)

  async function fillOne(event: ReachEvent): Promise<ReachEvent> {
    const lookup = lookups[event.id]
    if (!lookup) return event
    if (!lookup.found) {
      lookup.asked++
      const entered = event.type === 'share.opened'
      const questions = lookup.tickets.map((ticket) => ask(ticket, entered))
      lookup.found = withGroups(event, await Promise.all(questions))
      outbox.replace(lookup.found)
    }
    return lookup.found
  }

  return {
    expect(event) {
      const { id, group, groups, shareTicket, shareTickets } = event as ShareOpened & ShareFinished
      if (group || groups) lookups[id] = { tickets: shareTickets || [shareTicket], asked: 0 }
    },
    mayFill(event) {
      const { id, at, group, groups } = event as ShareOpened & ShareFinished
      return !!lookups[id] || at < begun || at > world.now() || !(group || groups)
    },
    fill: (events) => Promise.all(events.map(fillOne)),
    again(event) {
      const { groups } = event as ShareFinished
      const lookup = lookups[event.id] || { tickets: [], asked: 2 }
      lookups[event.id] = lookup
      if (lookup.asked < 2) {
        lookup.found = undefined
      } else {
        const stale = (groups || [expired]).map(() => ({ unavailable: 'session_stale' }))
        // Kept here too: storage may refuse it.
        lookup.found = withGroups(event, stale)
        outbox.replace(lookup.found)
        lookup.asked++
      }
      // A server that says so of an event without any data is not asked again and again.
      return lookup.asked < 4
    },
  }
}

/**
 * Asks the platform which group a card came from, or went to. The answer is encrypted under the session key, so
 * the phone must be signed in before it asks: a sign-in in between replaces the key.
 */

/** Ours for both: getShareInfo takes one from 1.9.90 on, getGroupEnterInfo none, and neither answers when it hangs. */
const timeoutMs = 3000

/** `unavailable` is the platform's errcode (40097: not opened in a group, 65206: left it), `timeout`, `missing`, or its words. */
function reasonOf(error: unknown): string {
  const { errMsg, errCode } = (error || {}) as Partial<WechatError>
  const words = `${errMsg || 'failed'}`
  if (/not supported/.test(words)) return 'missing'
  const [known] = /40097|65206|timeout/.exec(`${errCode} ${words}`) || [words]
  return known.slice(0, 256)
}

export type AskGroup = (shareTicket: string | undefined, entered: boolean) => Promise<Group>

export function createAskGroup(platform: Platform, callWechat: CallWechat): AskGroup {
  const ask = (name: keyof Platform, source: 'shareInfo' | 'groupEnterInfo', options: object) =>
    callWechat<EncryptedData>(platform, name, options, timeoutMs)
      .then(({ encryptedData, iv }): Group => ({ source, encryptedData, iv }))
      // Also where the platform has called it a success, and given nothing.
      .catch((error) => ({ unavailable: reasonOf(error) }))
      // What it rejected with may have no words at all.
      .catch(() => ({ unavailable: 'failed' }))

  return async (shareTicket, entered) => {
    const group =
      entered &&
      platform.getGroupEnterInfo &&
      (await ask('getGroupEnterInfo', 'groupEnterInfo', {}))
    if (group && ('iv' in group || !shareTicket)) return group
    return ask('getShareInfo', 'shareInfo', { shareTicket })
  }
}
