/**
 * What the phone keeps, under keys of ours that name their version: `wx-reach:1` holds the token, and `wx-reach:1:<n>` are
 * segments of the queue, the newest of which a capture writes. No list of them is kept, which could be damaged: the
 * platform knows all keys.
 *
 * Nothing is cached. Storage calls are synchronous and all copies of the library run in one thread, so to read,
 * change and write at once is what keeps two copies from overwriting each other's events.
 */
import type { ReachEvent } from '../../shared/wire/index'
import { isId } from './event'
import { wordsOf } from './notices'
import type { Tell } from './notices'
import type { Platform } from './platform'

const key = 'wx-reach:1'
/** Of a segment. An event that is larger by itself is alone there. */
const mostBytes = 4096
/** The app's own data needs storage too. */
const mostSegments = 64

/** As it is read: anything may stand there. */
export interface KeptToken {
  token?: unknown
  /** Whose it is: a token is never shown to another server than the one that gave it. */
  url?: unknown
}

export interface Storage {
  /** `{}` too where storage cannot be read at the moment, or must not. */
  token(): KeptToken
  /** False where it could not be written. */
  keepToken(kept: KeptToken): boolean
  /** The keys of the segments, oldest first; none where storage cannot be read at the moment, or must not. */
  segments(): string[]
  /** `undefined` where it cannot be read at the moment. */
  load(segment: string): ReachEvent[] | undefined
  /** An empty segment is removed. False where it did not fit or cannot be written: what was there before still stands. */
  save(segment: string, events: ReachEvent[]): boolean
  /** Adds to the newest segment, or begins another. */
  append(events: ReachEvent[]): boolean
  /** Whether it was for want of room that the latest write failed. */
  isFull(): boolean
  /**
   * Removes all that is ours. What storage will not let go of now is not read any more in this life, and removed when it can
   * be; a kill before that leaves it to the next life, which cannot know.
   */
  clear(): void
}

/** As UTF-8, or a little more: what is no ASCII counts three. */
export const fits = (events: ReachEvent[]) =>
  JSON.stringify(events).replace(/[^ -~]/g, '***').length <= mostBytes

const numberOf = (segment = '') => Number(segment.slice(key.length + 1))

/** @param mayStore - whether there is consent; without it nothing is read or written */
export function createStorage(platform: Platform, tell: Tell, mayStore: () => boolean): Storage {
  let clearing = false
  let full = false

  /** What comes of it, or true; `undefined` where it fails. */
  function attempt<Result>(action: () => Result): Result | true | undefined {
    try {
      return action() || true
    } catch (error) {
      tell('storage_failed', error)
      // There is no code for it, and the platforms' words differ.
      full = /exceed|limit|quota/i.test(wordsOf(error))
      return undefined
    }
  }

  const ours = () => platform.getStorageInfoSync().keys.filter((name) => name.indexOf(key) === 0)

  const write = (name: string, value: unknown) =>
    !!attempt(() => platform.setStorageSync(name, value))

  const save = (segment: string, events: ReachEvent[]) =>
    events[0] ? write(segment, events) : !!attempt(() => platform.removeStorageSync(segment))

  function clear(): void {
    clearing = !attempt(() => ours().forEach((name) => platform.removeStorageSync(name)))
  }

  function isOpen(): boolean {
    if (clearing) clear()
    return mayStore() && !clearing
  }

  /** `undefined` where storage cannot be read at the moment, or must not. */
  function read(): string[] | undefined {
    if (!isOpen()) return undefined
    return attempt(() =>
      ours()
        .filter(numberOf)
        .sort((one, other) => numberOf(one) - numberOf(other)),
    ) as string[] | undefined
  }

  /** What is damaged is kept for who wants to look, out of the way; what can be read of it goes on. */
  function load(segment: string): ReachEvent[] | undefined {
    return attempt(() => {
      const value = platform.getStorageSync(segment)
      const events = Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []
      if (JSON.stringify(events) !== JSON.stringify(value)) {
        tell('storage_failed', 'set aside')
        write(`${key}:aside`, value)
        save(segment, events)
      }
      return events
    }) as ReachEvent[] | undefined
  }

  return {
    token: () => Object(isOpen() && attempt(() => platform.getStorageSync(key))) as KeptToken,
    keepToken: (kept) => write(key, kept),
    segments: () => read() || [],
    load,
    save,
    append(events) {
      const all = read()
      const newest = all && all[all.length - 1]
      const before = newest ? load(newest) : []
      if (!all || !before) return false
      const both = before.concat(events)
      if (newest && fits(both)) return save(newest, both)
      full = all.length >= mostSegments
      return !full && save(`${key}:${numberOf(newest) + 1}`, events)
    },
    isFull: () => full,
    clear,
  }
}
