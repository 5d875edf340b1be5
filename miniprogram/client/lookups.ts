/**
 * Which events of this life still want a group. A share ticket is good only while the mini-program lives, so this
 * stands in memory alone; what is queued says `ticket_expired` from the start, and is put right once a group is found.
 */
import { changed } from './changed'
import type { Group, ReachEvent, ShareFinished } from '../../shared/wire'
import type { AskGroup } from './group'
import type { Outbox } from './outbox'

/** What stands in the queue until the platform has answered, and for ever when it could not in this life. */
export const expired: Group = { unavailable: 'ticket_expired' }

interface Lookup {
  tickets: (string | undefined)[]
  entered: boolean
  asked: number
  /** The event with its groups. */
  found?: ReachEvent | undefined
}

export interface Lookups {
  /** `entered`: it is about the group this launch came from, not about where a card was sent. */
  expect(eventId: string, tickets: (string | undefined)[], entered: boolean): void
  /** Call after signing in. */
  fill(events: ReachEvent[]): Promise<ReachEvent[]>
  /** The server has no key for it: ask once more, then give the group up. False where nothing changes by that. */
  again(event: ReachEvent): boolean
  forget(eventId: string): void
}

const withGroups = (event: ReachEvent, groups: Group[]): ReachEvent =>
  event.type === 'share.opened'
    ? changed(event, { group: groups[0]! })
    : changed(event as ShareFinished, { groups })

export function createLookups(ask: AskGroup, outbox: Outbox): Lookups {
  /** Without a prototype: an id may be any word. */
  const lookups: Record<string, Lookup> = Object.create(null)

  async function fillOne(event: ReachEvent): Promise<ReachEvent> {
    const lookup = lookups[event.id]
    if (!lookup) return event
    if (!lookup.found) {
      lookup.asked++
      const questions = lookup.tickets.map((ticket) => ask(ticket, lookup.entered))
      lookup.found = withGroups(event, await Promise.all(questions))
      outbox.replace(lookup.found)
    }
    return lookup.found
  }

  return {
    expect(eventId, tickets, entered) {
      lookups[eventId] = { tickets, entered, asked: 0 }
    },
    fill: (events) => Promise.all(events.map(fillOne)),
    again(event) {
      const lookup = lookups[event.id]
      if (lookup && lookup.asked < 2) {
        lookup.found = undefined
        return true
      }
      const { groups } = event as ShareFinished
      const given = withGroups(
        event,
        (groups || [expired]).map(() => ({ unavailable: 'session_stale' })),
      )
      delete lookups[event.id]
      outbox.replace(given)
      // A server that says so of an event without any data is not asked again and again.
      return JSON.stringify(event).indexOf('session_stale') < 0
    },
    forget(eventId) {
      delete lookups[eventId]
    },
  }
}
