/** Copies and marks: wrapping gives back something new, and never wraps twice. */
import type { Quietly } from './notices'

/** On our own functions, and on the app. A string, not a symbol or a WeakSet: two copies of the library must know each other's. */
export const mark = '__wxReach'

export const isWrapped = (fn: unknown): boolean => !!(fn && (fn as { [mark]?: true })[mark])

export const marked = <Fn extends (...args: never[]) => unknown>(fn: Fn): Fn =>
  Object.assign(fn, { [mark]: true })

/**
 * A copy with some properties replaced; symbols and the prototype survive. The prototype comes last: a frozen or inherited
 * read-only property is no obstacle, and what comes out can be written to by the next wrapper.
 */
export const copyWith = <T extends object>(original: T, changes: object): T =>
  Object.setPrototypeOf(changed(original, changes), Object.getPrototypeOf(original))

/** Functions of the page's or the app's that something of ours runs before; they keep `this`, arguments and result. */

type Handler = (this: unknown, ...args: unknown[]) => unknown
type Ours = (argument: never, self: never) => void

/** Ours first, so that one that throws, or leaves the page, costs nothing. */
export const follow = (original: unknown, ours: Ours): Handler =>
  function (...args) {
    ours(args[0] as never, this as never)
    return typeof original === 'function' ? original.apply(this, args) : undefined
  }

/** Ours before the original, once, however often the same function is wrapped. */
export type Before = (original: unknown, ours: Ours) => Handler

export const createBefore =
  (quietly: Quietly): Before =>
  (original, ours) =>
    isWrapped(original)
      ? (original as Handler)
      : marked(follow(original, (argument, self) => quietly(() => ours(argument, self))))

/** A copy with changes. Object spread is younger than ES2017 and would bring a helper into every module that uses it. */
export const changed = <T extends object, Changes extends object>(original: T, changes: Changes) =>
  Object.assign({}, original, changes)

/** By `then`, not by instanceof: promises come compiled, polyfilled and from other realms. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  !!value && typeof (value as { then?: unknown }).then === 'function'
