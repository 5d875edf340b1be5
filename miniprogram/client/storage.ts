/**
 * What the phone keeps, under keys of ours that name their version: `wx-reach:1` holds the token and the newest
 * events, so that a launch reads this one key and a capture writes this one small key; `wx-reach:1:<n>` are full
 * segments of older events.
 *
 * Nothing is cached. Storage calls are synchronous and all copies of the library run in one thread, so to read,
 * change and write at once is what keeps two copies from overwriting each other's events.
 */
import { isId } from './ids'
import type { ReachEvent } from '../../shared/wire'
import type { Tell } from './notice'
import type { Platform } from './platform'

const key = 'wx-reach:1'

/** All numbers that a segment may have. Few enough to look for each, where nobody knows any more which there are. */
export const numbers = Array.from(Array(64), (_, number) => number)

export interface Book {
  /** Newest events, oldest first. */
  events: ReachEvent[]
  /** Numbers of the full segments, oldest first; each is one of `numbers`. */
  sealed: number[]
  token?: string | undefined
  /** Whose it is: a token is never shown to another server than the one that gave it. */
  url?: string | undefined
}

export interface Storage {
  /** `undefined` where storage cannot be read at the moment, or must not. */
  read(): Book | undefined
  /**
   * Reads, changes and writes at once; nothing is written where `change` says false. False, too, where it did not fit or
   * cannot be written: what was there before still stands.
   */
  update(change: (book: Book) => boolean | void): boolean
  readSegment(number: number): ReachEvent[] | undefined
  /** An empty segment is removed. */
  writeSegment(number: number, events: ReachEvent[]): boolean
  /** Removes all that is ours. What storage will not let go of now is never read again, and removed when it can be. */
  clear(): void
}

const eventsOf = (value: unknown): ReachEvent[] =>
  Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []

/** @param mayStore - whether there is consent; without it nothing is read or written */
export function createStorage(platform: Platform, tell: Tell, mayStore: () => boolean): Storage {
  let clearing = false

  function attempt(action: () => void): boolean {
    try {
      action()
      return true
    } catch (error) {
      tell('storage_failed', error)
      return false
    }
  }

  const save = (name: string, value: Book | ReachEvent[]) =>
    attempt(() =>
      (value as ReachEvent[]).length !== 0
        ? platform.setStorageSync(name, value)
        : platform.removeStorageSync(name),
    )

  /** What is damaged is kept for who wants to look, out of the way; what can be read of it goes on. */
  function load<Value extends Book | ReachEvent[]>(
    name: string,
    mend: (value: unknown) => Value,
  ): Value | undefined {
    let value: unknown
    if (!mayStore() || !attempt(() => (value = platform.getStorageSync(name)))) return undefined
    const mended = mend(value)
    // A missing key reads as ''.
    if (value && JSON.stringify(mended) !== JSON.stringify(value)) {
      tell('storage_failed', 'set aside')
      save(`${key}:aside`, value as Value)
      save(name, mended)
    }
    return mended
  }

  const readSegment = (number: number) => load(`${key}:${number}`, eventsOf)

  /** Also one that cannot be read now. */
  const mayHold = (number: number) => JSON.stringify(readSegment(number)) !== '[]'

  function bookOf(value: unknown): Book {
    const { events, sealed, token, url } = Object(value) as Partial<Book>
    return {
      events: eventsOf(events),
      sealed:
        Array.isArray(sealed) && sealed.every(Number.isInteger)
          ? sealed
          : numbers.filter((number) => value && mayHold(number)),
      token: typeof token === 'string' ? token : undefined,
      url,
    }
  }

  function clear(): void {
    clearing = !attempt(() => {
      // Where there is no book there is nothing of ours: it goes last.
      if (!platform.getStorageSync(key)) return
      for (const name of [...numbers, 'aside']) platform.removeStorageSync(`${key}:${name}`)
      platform.removeStorageSync(key)
    })
  }

  function read(): Book | undefined {
    if (clearing) clear()
    return clearing ? undefined : load(key, bookOf)
  }

  return {
    read,
    update(change) {
      const book = read()
      return !!book && change(book) !== false && save(key, book)
    },
    readSegment,
    writeSegment: (number, events) => save(`${key}:${number}`, events),
    clear,
  }
}
