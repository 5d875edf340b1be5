/**
 * The library's keys in the phone's storage, which name their version: `wx-reach:1` holds the
 * token, and `wx-reach:1:<n>` are segments of the queue, the newest of which a capture writes.
 * There is no list of them that could be damaged: the platform knows all keys.
 *
 * Absence is believed only where the list of keys and the value itself both show it: some phones
 * give `''` for a key that exists, or a list without it, for a moment or always. Nothing is removed
 * or overwritten because one of them failed to show it.
 *
 * No content is cached. Storage calls are synchronous and all copies of the library run in one
 * thread, so that reading, changing and writing without a wait keeps two copies from overwriting
 * each other.
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
  /** True where it was written. */
  saveToken(token: StoredToken): true | undefined
  /** The segments' keys, oldest first; none where storage cannot or must not be read. */
  segments(): string[]
  /** `undefined` where it cannot be read at the moment, or seems to be absent. */
  load(segment: string): ReachEvent[] | undefined
  /** Removes an empty segment. True where that is done, else the old content remains. */
  save(segment: string, events: ReachEvent[]): true | undefined
  /** Adds to the newest segment, or begins another. True where that is done. */
  append(events: ReachEvent[]): boolean | undefined
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

export const differ = (one: unknown, other: unknown) =>
  JSON.stringify(one) !== JSON.stringify(other)

const numberOf = (segment = '') => Number(segment.slice(storageKey.length + 1))

export function createStorage(context: Context): Storage {
  let clearing = false
  let full = false
  /** Keys that exist, as far as this life knows; the first two may be left by an earlier one. */
  let known = [storageKey, `${storageKey}:1`]

  /** The action's result; `undefined` where it fails. */
  function attempt<Result>(action: () => Result): Result | undefined {
    try {
      return action()
    } catch (error) {
      context.warnOnce('storage_failed', error)
      // There is no code for it, and the platforms' messages differ.
      full = /exceed|limit|quota/i.test(messageOf(error))
      return undefined
    }
  }

  const listed = () =>
    context.wx.getStorageInfoSync().keys.filter((name) => name.indexOf(storageKey) === 0)

  const read = (name: string) => context.wx.getStorageSync(name)

  const write = (name: string, value: unknown) =>
    attempt(() => {
      if (known.indexOf(name) < 0) known.push(name)
      context.wx.setStorageSync(name, value)
      return true as const
    })

  const remove = (names: string[]) =>
    attempt(() => {
      names.forEach((name) => context.wx.removeStorageSync(name))
      return true as const
    })

  const save = (segment: string, events: ReachEvent[]) =>
    events[0] ? write(segment, events) : remove([segment])

  function clear(): void {
    // Twice, since a list of keys may be empty for a moment.
    clearing = !attempt(() => remove(listed().concat(known, listed())))
  }

  function isOpen(): boolean {
    if (clearing) clear()
    return context.mayCall() && !clearing
  }

  /** `undefined` where storage cannot be read at the moment, or must not. */
  function readKeys(): string[] | undefined {
    if (!isOpen()) return undefined
    return attempt(() => {
      const names = listed()
      known = names.concat(known.filter((name) => names.indexOf(name) < 0 && read(name)))
      return known.filter(numberOf).sort((one, other) => numberOf(one) - numberOf(other))
    })
  }

  /** Damaged content is set aside under a key of its own; what can be read of it is used. */
  function load(segment: string): ReachEvent[] | undefined {
    return attempt(() => {
      const value = read(segment)
      if (!value) return undefined
      const events = Array.isArray(value) ? value.filter((event) => event && isId(event.id)) : []
      if (differ(events, value)) {
        context.warnOnce('storage_failed', 'set aside')
        write(`${storageKey}:aside`, value)
        save(segment, events)
      }
      return events
    })
  }

  return {
    token: () => Object(isOpen() && attempt(() => read(storageKey))) as StoredToken,
    saveToken: (token) => write(storageKey, token),
    segments: () => readKeys() || [],
    load,
    save,
    append(events) {
      const keys = readKeys()
      if (!keys) return false
      const newest = keys[keys.length - 1]
      const before = newest && load(newest)
      const both = before && before.concat(events)
      if (both && fits(both)) return save(newest!, both)
      full = keys.length >= mostSegments
      const begin = () => {
        let number = numberOf(newest)
        let next: string
        // A segment that the list of keys lacks is left as it is.
        while (read((next = `${storageKey}:${++number}`))) known.push(next)
        return save(next, events)
      }
      return !full && attempt(begin)
    },
    isFull: () => full,
    clear,
  }
}
