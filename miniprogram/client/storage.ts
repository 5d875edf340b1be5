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

const isEvents = (value: unknown): boolean =>
  Array.isArray(value) && value.every((event) => event && isId(event.id))

// A number by being equal to itself made one: an empty list passes for 0 in every comparison by size.
const isBook = ({ events, sealed, next, token }: Partial<Book>): boolean =>
  isEvents(events) && Array.isArray(sealed) && Array.isArray(token || []) && next === +next!

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

  /** `empty` where nothing is stored. Content that is not ours, or damaged, is kept for who wants to look, out of the way. */
  function load<Value>(
    name: string,
    valid: (value: Value) => boolean,
    empty: Value,
  ): Value | undefined {
    let value: Value | undefined
    if (!attempt(() => (value = platform.getStorageSync(name) as Value))) return undefined
    // A missing key reads as ''.
    if (!value) return empty
    if (valid(value)) return value
    tell('storage_failed', 'set aside')
    save(`${key}:aside`, value)
    return empty
  }

  return {
    read: () => load<Book>(key, isBook, { events: [], sealed: [], next: 0 }),
    write: (book) => save(key, book),
    readSegment: (number) => load<ReachEvent[]>(`${key}:${number}`, isEvents, []) || [],
    writeSegment(number, events) {
      const name = `${key}:${number}`
      return events.length > 0
        ? save(name, events)
        : attempt(() => platform.removeStorageSync(name))
    },
  }
}
