/**
 * What the phone keeps, under keys of ours that name their version: `wx-reach:1` holds the token and the newest
 * events, so that a launch reads this one key and a capture writes this one small key; `wx-reach:1:<n>` are full
 * segments of older events.
 *
 * Nothing is cached. Storage calls are synchronous and all copies of the library run in one thread, so to read,
 * change and write at once is what keeps two copies from overwriting each other's events.
 */
import type { ReachEvent } from '../../shared/wire'
import type { Tell } from './notice'
import type { Platform } from './platform'

const key = 'wx-reach:1'

export interface Book {
  /** Base URL and token: a token is never shown to another server than the one that gave it. */
  token?: [string, string] | undefined
  /** Newest events, oldest first. */
  events: ReachEvent[]
  /** Numbers of the full segments, oldest first. */
  sealed: number[]
  /** Number of the next segment. */
  next: number
}

export interface Storage {
  /** `undefined` where storage cannot be read at the moment: then nothing must be written either. */
  read(): Book | undefined
  /** False where it did not fit or cannot be written; what was there before still stands. */
  write(book: Book): boolean
  readSegment(number: number): ReachEvent[]
  /** An empty segment is removed. */
  writeSegment(number: number, events: ReachEvent[]): boolean
}

const isEvents = (value: unknown): value is ReachEvent[] =>
  Array.isArray(value) && value.every((event) => event && typeof event.id === 'string')

const isBook = (value: unknown): value is Book => {
  const book = value as Book
  return isEvents(book.events) && Array.isArray(book.sealed) && typeof book.next === 'number'
}

export function createStorage(platform: Platform, tell: Tell): Storage {
  function attempt(action: () => void): boolean {
    try {
      action()
      return true
    } catch (error) {
      tell('storage_failed', String((error as { errMsg?: string }).errMsg || error))
      return false
    }
  }

  const save = (name: string, value: unknown) => attempt(() => platform.setStorageSync(name, value))

  /** Content that is not ours, or damaged: kept for who wants to look, out of the way. */
  function setAside(name: string, value: unknown) {
    tell('storage_failed', 'set aside')
    save(`${key}:aside`, value)
    attempt(() => platform.removeStorageSync(name))
  }

  return {
    read() {
      let book: unknown
      if (!attempt(() => (book = platform.getStorageSync(key)))) return undefined
      // A missing key reads as ''.
      if (book && isBook(book)) return book
      if (book) setAside(key, book)
      return { events: [], sealed: [], next: 0 }
    },
    write: (book) => save(key, book),
    readSegment(number) {
      const name = `${key}:${number}`
      let events: unknown
      attempt(() => (events = platform.getStorageSync(name)))
      if (isEvents(events)) return events
      if (events) setAside(name, events)
      return []
    },
    writeSegment(number, events) {
      const name = `${key}:${number}`
      return events.length > 0
        ? save(name, events)
        : attempt(() => platform.removeStorageSync(name))
    },
  }
}
