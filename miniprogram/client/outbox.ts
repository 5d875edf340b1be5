/**
 * The durable queue. An event stands in storage before anybody tries to send it, and leaves only by its id. Where
 * storage refuses, or is closed for want of consent, it waits in memory and moves into storage as soon as it can.
 *
 * Not promised: that an event is sent once. The server knows a second copy by its id.
 */
import type { ReachEvent } from '../../shared/wire/index'
import type { Drop } from './event'
import { fits } from './storage'
import type { Storage } from './storage'

const mostInMemory = 100
/** Events that move from memory into storage together. */
const mostAtOnce = 8

export interface Outbox {
  add(event: ReachEvent): void
  /** Whether there is anything to send; reads no event. */
  waits(): boolean
  /** The oldest events, at most `limit`, each once. */
  peek(limit: number): ReachEvent[]
  /** The same id with more to say, best effort. */
  replace(event: ReachEvent): void
  remove(ids: string[]): void
  /** Tries again to bring what waits in memory into storage. */
  persist(): void
  clear(): void
}

/** What becomes of events. */
type Change = (events: ReachEvent[]) => ReachEvent[]

/** A right to write to the user and an arrival are worth more than what a share control did. */
const isPrecious = ({ type }: ReachEvent) => !/^share\.[sf]/.test(type)

/** Each that is left once: a life that ended while segments were merged has left some twice. */
function without(events: ReachEvent[], ids: string[]): ReachEvent[] {
  /** Without a prototype: an id may be any word. */
  const seen: Record<string, boolean> = Object.create(null)
  ids.forEach((id) => (seen[id] = true))
  return events.filter(({ id }) => !seen[id] && (seen[id] = true))
}

/** @param mayStore - whether there is consent */
export function createOutbox(storage: Storage, drop: Drop, mayStore: () => boolean): Outbox {
  let memory: ReachEvent[] = []
  /** Acknowledged in this life: storage may not let go of them. */
  let gone: string[] = []
  /** Whether storage may hold some: a queue of nothing but credits, at its limit, is not searched at every capture. */
  let hasShares = true

  /** Neighbours that have become small are merged, the later into the earlier, so that a kill in between loses none. */
  function rewriteStorage(change: Change): void {
    let open = ''
    let held: ReachEvent[] = []
    for (const segment of storage.segments()) {
      const before = storage.load(segment)
      // It may come back.
      if (!before) continue
      let after = change(before)
      const both = held.concat(after)
      if (held[0] && fits(both) && storage.save(open, both)) {
        held = both
        after = []
      } else {
        held = after
        open = segment
      }
      if (JSON.stringify(after) !== JSON.stringify(before)) storage.save(segment, after)
    }
  }

  function rewrite(change: Change): void {
    memory = change(memory)
    rewriteStorage(change)
  }

  function peek(limit: number): ReachEvent[] {
    let found: ReachEvent[] = []
    for (const segment of storage.segments()) {
      if (found.length >= limit) break
      found = without(found.concat(storage.load(segment) || []), gone)
    }
    return without(found.concat(memory), gone).slice(0, limit)
  }

  /** Gives up the shares of the oldest segment that has some. False where none has gone. */
  function shrink(): boolean {
    if (!hasShares) return false
    let shares: ReachEvent[] = []
    rewriteStorage((events) => {
      if (shares[0]) return events
      shares = events.filter((event) => !isPrecious(event))
      return events.filter(isPrecious)
    })
    hasShares = !!shares[0]
    // Storage may refuse the smaller content too: only what has really gone is told.
    const dropped = without(shares, gone.concat(peek(Infinity).map(({ id }) => id)))
    drop(dropped, 'storage_full')
    return !!dropped[0]
  }

  /** Some of what waits in memory: where much does, no write may be large. */
  function store(): boolean {
    const stored = storage.append(memory.slice(0, mostAtOnce))
    if (stored) {
      hasShares = true
      memory = memory.slice(mostAtOnce)
    }
    return stored
  }

  function persist(): void {
    // A storage that fails for another reason than size may be well at the next capture: it costs no share.
    while (memory[0] && (store() || (storage.isFull() && shrink())));
    if (memory.length <= mostInMemory) return
    const cheapest = Math.max(0, memory.map(isPrecious).indexOf(false))
    drop(memory.splice(cheapest, 1), mayStore() ? 'storage_full' : 'queue_full')
  }

  return {
    add(event) {
      memory.push(event)
      persist()
    },
    waits: () => !!(memory[0] || storage.segments()[0]),
    peek,
    replace(event) {
      rewrite((events) => events.map((old) => (old.id === event.id ? event : old)))
    },
    remove(ids) {
      gone = gone.concat(ids)
      rewrite((events) => without(events, gone))
      persist()
    },
    persist,
    clear() {
      memory = []
      storage.clear()
    },
  }
}
