/**
 * The durable queue. An event stands in storage before anybody tries to send it, and leaves only by its id. Where
 * storage refuses, it waits in memory and moves into storage as soon as there is room.
 *
 * Not promised: that an event is sent once. The server knows a second copy by its id.
 */
import type { ReachEvent } from '../../shared/wire'
import type { Drop } from './drop'
import type { Storage } from './storage'

/** Characters. With one event more and the token, the key that every capture writes stays below 4 KB. */
const fullSegment = 3000
const mostSegments = 80
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

/** What becomes of an event; `undefined`: it goes. */
type Change = (event: ReachEvent) => ReachEvent | undefined

/** A right to write to the user and an arrival are worth more than what a share control did. */
const isPrecious = ({ type }: ReachEvent) => !/^share\.[sf]/.test(type)

export function createOutbox(storage: Storage, drop: Drop): Outbox {
  let memory: ReachEvent[] = []
  /** Acknowledged, though storage would not let go of them. */
  let gone: string[] = []

  const through = (events: ReachEvent[], change: Change) =>
    events.map(change).filter(Boolean) as ReachEvent[]

  function rewriteStorage(change: Change): boolean {
    const book = storage.read()
    if (!book) return false
    let written = true
    book.sealed = book.sealed.filter((number) => {
      const before = storage.readSegment(number)
      const after = through(before, change)
      // A segment that cannot be read now is listed on: it may come back.
      if (JSON.stringify(after) === JSON.stringify(before)) return true
      written = storage.writeSegment(number, after) && written
      return after.length > 0
    })
    book.events = through(book.events, change)
    return storage.write(book) && written
  }

  function rewrite(change: Change): boolean {
    memory = through(memory, change)
    return rewriteStorage(change)
  }

  const waiting = (events: ReachEvent[]) => events.filter(({ id }) => gone.indexOf(id) < 0)

  function peek(limit: number, any?: boolean): ReachEvent[] {
    const book = storage.read()
    let events = any && book ? waiting(book.events) : []
    for (const number of book ? book.sealed : []) {
      if (events.length >= limit) break
      events = events.concat(storage.readSegment(number))
    }
    return waiting(events.concat(book ? book.events : [], memory)).slice(0, limit)
  }

  function shrink(): void {
    const before = peek(Infinity)
    rewriteStorage((event) => (isPrecious(event) ? event : undefined))
    // Storage may refuse the smaller content too: only what has really gone is told.
    const left = JSON.stringify(peek(Infinity))
    drop(
      before.filter((event) => !isPrecious(event) && left.indexOf(event.id) < 0),
      'storage_full',
    )
  }

  function store(): boolean {
    const book = storage.read()
    if (!book) return false
    if (JSON.stringify(book.events).length > fullSegment) {
      // No room for more: the app's own data needs storage too.
      if (book.sealed.length >= mostSegments) return false
      // The segment first: a kill between the two writes leaves the events where they were, and a segment nobody lists.
      if (!storage.writeSegment(book.next, book.events)) return false
      book.sealed.push(book.next++)
      book.events = []
    }
    book.events = book.events.concat(memory)
    if (!storage.write(book)) return false
    memory = []
    return true
  }

  function persist(): void {
    if (!memory.length || store()) return
    shrink()
    if (store() || memory.length <= mostInMemory) return
    const cheapest = Math.max(0, memory.map(isPrecious).indexOf(false))
    drop(memory.splice(cheapest, 1), 'storage_full')
  }

  return {
    add(event) {
      memory.push(event)
      persist()
    },
    peek,
    replace(event) {
      rewrite((old) => (old.id === event.id ? event : old))
    },
    remove(ids) {
      const all = gone.concat(ids)
      gone = rewrite((event) => (all.indexOf(event.id) < 0 ? event : undefined)) ? [] : all
      persist()
    },
    persist,
    clear() {
      rewrite(() => undefined)
    },
  }
}
