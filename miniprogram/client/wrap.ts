/** Copies, marks and wrapped functions. Wrapping gives back something new and never wraps twice. */
import type { Guard } from './notices'

type Handler = (this: unknown, ...args: unknown[]) => unknown
type AnyFunction = (this: never, ...args: never[]) => unknown

/**
 * Marks our own functions, and the app. A string, not a symbol or a WeakSet: two copies of the
 * library must recognize each other's functions.
 */
export const mark = '__wxReach'

export const isWrapped = (fn: unknown): boolean => !!(fn && (fn as { [mark]?: true })[mark])

export const marked = <Fn extends AnyFunction>(fn: Fn): Fn => Object.assign(fn, { [mark]: true })

/**
 * A copy with some properties replaced; symbols and the prototype survive. The prototype is set
 * last: a frozen or inherited read-only property is no obstacle, and the next wrapper can write
 * to the copy. Object spread is younger than ES2017.
 */
export const copyWith = <T extends object>(original: T, changes: object): T =>
  Object.setPrototypeOf(
    Object.assign({}, original, changes),
    Object.getPrototypeOf(original) as object | null,
  )

/**
 * Recognized by `then`, not by instanceof: promises are compiled, polyfilled or of other realms.
 */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  !!value && typeof (value as { then?: unknown }).then === 'function'

/** Runs `listener` first, so that an original that throws or leaves the page loses nothing. */
export const follow = <Argument, Self>(
  original: unknown,
  listener: (argument: Argument, self: Self) => unknown,
): Handler =>
  function (...args) {
    listener(args[0] as Argument, this as Self)
    return typeof original === 'function' ? original.apply(this, args) : undefined
  }

/**
 * Runs `listener` before the original, once, however often the same function is wrapped. The
 * original keeps `this`, its arguments and its result; the type of what comes out is the caller's.
 */
export type Before = <Argument, Self, Wrapped extends AnyFunction>(
  original: unknown,
  listener: (argument: Argument, self: Self) => unknown,
) => Wrapped

export const createBefore =
  (guard: Guard): Before =>
  <Argument, Self, Wrapped>(
    original: unknown,
    listener: (argument: Argument, self: Self) => unknown,
  ) =>
    (isWrapped(original)
      ? original
      : marked(
          follow(original, (argument: Argument, self: Self) =>
            guard(() => listener(argument, self)),
          ),
        )) as Wrapped
