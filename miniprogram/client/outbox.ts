/**
 * The durable queue. An event stands in storage before anybody tries to send it, and leaves only by its id. Where
 * storage refuses, or is closed for want of consent, it waits in memory and moves into storage as soon as it can.
 *
 * Not promised: that an event is sent once. The server knows a second copy by its id.
 */
import { numbers } from './storage'
import type { ReachEvent } from '../../shared/wire'
import type { Drop } from './drop'
import type { Book, Storage } from './storage'

/** Of the key that every capture writes. An event that is larger by itself is alone there. */
const mostBytes = 4096
const mostInMemory = 100

export interface Outbox {
  add(event: ReachEvent): void
  /**
   * The oldest events, at most `limit`. `any`: not the oldest, but read from the one key that every launch reads, and
   * from others only where that holds none.
   */
  peek(limit: number, any?: boolean): ReachEvent[]
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

const without = (events: ReachEvent[], ids: string[]) =>
  events.filter(({ id }) => ids.indexOf(id) < 0)

/** As UTF-8, or a little more: what is no ASCII counts three. */
const bytesOf = (book: Book) => JSON.stringify(book).replace(/[^ -~]/g, '***').length

/** @param mayStore - whether there is consent */
export function createOutbox(storage: Storage, drop: Drop, mayStore: () => boolean): Outbox {
  let memory: ReachEvent[] = []
  /** Acknowledged, though storage would not let go of them. */
  let gone: string[] = []
  /** Whether storage may hold some: a queue of nothing but credits, at its limit, is not searched at every capture. */
  let hasShares = true

  function rewriteStorage(change: Change): boolean {
    let written = true
    const updated = storage.update((book) => {
      book.sealed = book.sealed.filter((number) => {
        const before = storage.readSegment(number)
        // A segment that cannot be read now is listed on: it may come back.
        if (!before) return true
        const after = change(before)
        if (JSON.stringify(after) !== JSON.stringify(before)) {
          written = storage.writeSegment(number, after) && written
        }
        return after.length > 0
      })
      book.events = change(book.events)
    })
    return updated && written
  }

  function rewrite(change: Change): boolean {
    memory = change(memory)
    return rewriteStorage(change)
  }

  function peek(limit: number, any?: boolean): ReachEvent[] {
    const { events = [], sealed = [] }: Partial<Book> = storage.read() || {}
    let found = any ? without(events, gone) : []
    for (const number of sealed) {
      if (found.length >= limit) break
      found = found.concat(storage.readSegment(number) || [])
    }
    return without(found.concat(events, memory), gone).slice(0, limit)
  }

  function shrink(): void {
    if (!hasShares) return
    const before = peek(Infinity)
    hasShares = !rewriteStorage((events) => events.filter(isPrecious))
    // Storage may refuse the smaller content too: only what has really gone is told.
    const left = peek(Infinity).map(({ id }) => id)
    drop(without(before, left), 'storage_full')
  }

  function store(): boolean {
    const stored = storage.update((book) => {
      const { events, sealed } = book
      book.events = events.concat(memory)
      if (!events.length || bytesOf(book) <= mostBytes) return undefined
      // None is free: the app's own data needs storage too.
      const [number] = numbers.filter((one) => sealed.indexOf(one) < 0)
      // The segment first: a kill between the two writes leaves the events where they were, and a segment nobody lists.
      if (number === undefined || !storage.writeSegment(number, events)) return false
      sealed.push(number)
      book.events = memory
      return undefined
    })
    if (stored) {
      hasShares = true
      memory = []
    }
    return stored
  }

  function persist(): void {
    if (!memory.length || store()) return
    // Full is a storage that takes what it holds, and not more. One that takes nothing may be well at the next capture.
    if (storage.update(() => {}) && !store()) {
      shrink()
      store()
    }
    if (memory.length <= mostInMemory) return
    const cheapest = Math.max(0, memory.map(isPrecious).indexOf(false))
    drop(memory.splice(cheapest, 1), mayStore() ? 'storage_full' : 'queue_full')
  }

  return {
    add(event) {
      memory.push(event)
      persist()
    },
    peek,
    replace(event) {
      rewrite((events) => events.map((old) => (old.id === event.id ? event : old)))
    },
    remove(ids) {
      const all = gone.concat(ids)
      gone = rewrite((events) => without(events, all)) ? [] : all
      persist()
    },
    persist,
    clear() {
      memory = []
      storage.clear()
    },
  }
}
