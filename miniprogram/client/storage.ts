/**
 * The library's keys in the phone's storage, which name their version: `wx-reach:1` holds the
 * token, and `wx-reach:1:<n>` are segments of the queue, the newest of which a capture writes.
 * There is no list of them that could be damaged: the platform knows all keys.
 *
 * Nothing is cached. Storage calls are synchronous and all copies of the library run in one thread,
 * so that reading, changing and writing without a wait keeps two copies from overwriting each
 * other.
 */
import type { ReachEvent } from '../../shared/wire/index'
import type { Context } from './context'
import { isId } from './event'
import { messageOf } from './notices'

export const storageKey = 'wx-reach:1'
/** Of a segment. An event that is larger by itself is alone in its segment. */
const mostBytes = 4096
/** The app's own data needs storage too. */
const mostSegments = 64

/** As it is read: storage may hold any value. */
export interface StoredToken {
  token?: unknown
  /** The server that gave it: a token is never sent to another one. */
  url?: unknown
}

export interface Storage {
  /** `{}` also where storage cannot be read at the moment, or must not. */
  token(): StoredToken
  /** False where it could not be written. */
  saveToken(token: StoredToken): boolean
  /** The segments' keys, oldest first; none where storage cannot or must not be read. */
  segments(): string[]
  /** `undefined` where it cannot be read at the moment. */
  load(segment: string): ReachEvent[] | undefined
  /** Removes an empty segment. False where it cannot be written: the old content remains. */
  save(segment: string, events: ReachEvent[]): boolean
  /** Adds to the newest segment, or begins another. */
  append(events: ReachEvent[]): boolean
  /** Whether the latest write failed for want of room. */
  isFull(): boolean
  /**
   * Removes all keys of ours. What storage refuses to remove is not read any more in this life, and
   * removed when it can be; a kill before that leaves it to the next life, which cannot know.
   */
  clear(): void
}

/** As UTF-8, or a little more: a character that is not ASCII counts three. */
export const fits = (events: ReachEvent[]) =>
  JSON.stringify(events).replace(/[^ -~]/g, '***').length <= mostBytes

const numberOf = (segment = '') => Number(segment.slice(storageKey.length + 1))

export function createStorage(context: Context): Storage {
  let clearing = false
  let full = false

  /** The action's result, or true; `undefined` where it fails. */
  function attempt<Result>(action: () => Result): Result | true | undefined {
    try {
      return action() || true
    } catch (error) {
      context.warnOnce('storage_failed', error)
      // There is no code for it, and the platforms' messages differ.
      full = /exceed|limit|quota/i.test(messageOf(error))
      return undefined
    }
  }

  const ourKeys = () =>
    context.platform.getStorageInfoSync().keys.filter((name) => name.indexOf(storageKey) === 0)

  const write = (name: string, value: unknown) =>
    !!attempt(() => context.platform.setStorageSync(name, value))

  const save = (segment: string, events: ReachEvent[]) =>
    events[0]
      ? write(segment, events)
      : !!attempt(() => context.platform.removeStorageSync(segment))

  function clear(): void {
    clearing = !attempt(() => ourKeys().forEach((name) => context.platform.removeStorageSync(name)))
  }

  function isOpen(): boolean {
    if (clearing) clear()
    return context.mayCall() && !clearing
  }

  /** `undefined` where storage cannot be read at the moment, or must not. */
  function readKeys(): string[] | undefined {
    if (!isOpen()) return undefined
    return attempt(() =>
      ourKeys()
        .filter(numberOf)
        .sort((one, other) => numberOf(one) - numberOf(other)),
    ) as string[] | undefined
  }

  /** Damaged content is set aside under a key of its own; what can be read of it is used. */
  function load(segment: string): ReachEvent[] | undefined {
    return attempt(() => {
      const value = context.platform.getStorageSync(segment)
      const events = Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []
      if (JSON.stringify(events) !== JSON.stringify(value)) {
        context.warnOnce('storage_failed', 'set aside')
        write(`${storageKey}:aside`, value)
        save(segment, events)
      }
      return events
    }) as ReachEvent[] | undefined
  }

  return {
    token: () =>
      Object(isOpen() && attempt(() => context.platform.getStorageSync(storageKey))) as StoredToken,
    saveToken: (token) => write(storageKey, token),
    segments: () => readKeys() || [],
    load,
    save,
    append(events) {
      const keys = readKeys()
      const newest = keys && keys[keys.length - 1]
      const before = newest ? load(newest) : []
      if (!keys || !before) return false
      const both = before.concat(events)
      if (newest && fits(both)) return save(newest, both)
      full = keys.length >= mostSegments
      return !full && save(`${storageKey}:${numberOf(newest) + 1}`, events)
    },
    isFull: () => full,
    clear,
  }
}
