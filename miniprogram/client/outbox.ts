/**
 * The durable queue. An event is in storage before anything tries to send it, and leaves only
 * by its id. Where storage refuses, or is closed for want of consent, the event waits in memory and
 * moves into storage as soon as it can.
 *
 * Not promised: that an event is sent once. The server recognizes a second copy by its id.
 */
import type { ReachEvent } from '../../shared/wire/index'
import type { Context } from './context'
import type { DroppedEvent, DropReason } from './event'
import { differ, fits, type Storage } from './storage'

export interface Outbox {
  add(event: ReachEvent): void
  /** Whether there is anything to send; reads no event. */
  hasEvents(): unknown
  /** The oldest events, at most `limit`, each once. */
  peek(limit: number): ReachEvent[]
  /** Replaces the event of the same id, best effort. */
  update(event: ReachEvent): void
  remove(ids: string[]): void
  /** Reports events that never reach the server to the developer and to `onDrop`. */
  drop(events: ReachEvent[], reason: DropReason, detail?: string): void
  /** Tries again to move what waits in memory into storage. */
  persist(): void
  clear(): void
}

const mostInMemory = 100
/** Events that move from memory into storage together. */
const mostAtOnce = 8

type Change = (events: ReachEvent[]) => ReachEvent[]

/** Rights to write and arrivals are dropped last: they are worth more than shares. */
const isPrecious = ({ type }: ReachEvent) => !/^share\.[sf]/.test(type)

/** Each remaining event once: a life that ended while segments were merged has left some twice. */
function without(events: ReachEvent[], ids: string[]): ReachEvent[] {
  /** Without a prototype: an id may be any word. */
  const seen: Record<string, boolean> = Object.create(null)
  ids.forEach((id) => (seen[id] = true))
  return events.filter(({ id }) => !seen[id] && (seen[id] = true))
}

export function createOutbox(
  context: Context & { storage: Storage },
  onDrop: ((dropped: DroppedEvent) => void) | undefined,
): Outbox {
  let memory: ReachEvent[] = []
  /** Ids removed in this life: storage may refuse to remove them. */
  let removed: string[] = []
  /** Whether storage may hold shares: a full queue of credits is not searched each time. */
  let hasShares = true

  /**
   * Adjacent segments that have become small are merged, the later into the earlier, so that a kill
   * in between loses no event.
   */
  function rewriteStorage(change: Change): void {
    let open = ''
    let opened: ReachEvent[] = []
    for (const segment of context.storage.segments()) {
      const before = context.storage.load(segment)
      // It cannot be read now, and may be readable later.
      if (!before) continue
      let after = change(before)
      const both = opened.concat(after)
      if (opened[0] && fits(both) && context.storage.save(open, both)) {
        opened = both
        after = []
      } else {
        opened = after
        open = segment
      }
      if (differ(after, before)) context.storage.save(segment, after)
    }
  }

  function rewrite(change: Change): void {
    memory = change(memory)
    rewriteStorage(change)
  }

  function peek(limit: number): ReachEvent[] {
    let found: ReachEvent[] = []
    for (const segment of context.storage.segments()) {
      if (found.length >= limit) break
      found = without(found.concat(context.storage.load(segment) || []), removed)
    }
    return without(found.concat(memory), removed).slice(0, limit)
  }

  /** Drops the shares of the oldest segment that has some. False where none was dropped. */
  function shrink(): boolean {
    let shares: ReachEvent[] = []
    rewriteStorage((events) => {
      if (shares[0]) return events
      shares = events.filter((event) => !isPrecious(event))
      return events.filter(isPrecious)
    })
    hasShares = !!shares[0]
    // Storage may refuse the smaller content too: only what has really gone is reported.
    const dropped = without(shares, removed.concat(peek(Infinity).map(({ id }) => id)))
    drop(dropped, 'storage_full')
    return !!dropped[0]
  }

  function persist(): void {
    while (memory[0]) {
      // A few events at a time: where many wait, no write may be large.
      if (context.storage.append(memory.slice(0, mostAtOnce))) {
        hasShares = true
        memory = memory.slice(mostAtOnce)
        // Only a full storage costs a share: after another failure it may recover.
      } else if (!context.storage.isFull() || !hasShares || !shrink()) break
    }
    if (memory.length <= mostInMemory) return
    const cheapest = Math.max(0, memory.map(isPrecious).indexOf(false))
    drop(memory.splice(cheapest, 1), context.mayCall() ? 'storage_full' : 'queue_full')
  }

  const drop: Outbox['drop'] = (events, reason, detail) =>
    events.forEach((event) => {
      context.warnOnce('event_dropped', `${event.type}: ${detail || reason}`)
      context.guard(() => onDrop && onDrop({ event, reason, detail } as DroppedEvent))
    })

  return {
    add(event) {
      memory.push(event)
      persist()
    },
    hasEvents: () => memory[0] || context.storage.segments()[0],
    peek,
    update(event) {
      rewrite((events) => events.map((old) => (old.id === event.id ? event : old)))
    },
    remove(ids) {
      removed = removed.concat(ids)
      rewrite((events) => without(events, removed))
      persist()
    },
    drop,
    persist,
    clear() {
      memory = []
      context.storage.clear()
    },
  }
}
