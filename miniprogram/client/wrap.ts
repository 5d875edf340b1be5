/** Copies and marks: wrapping gives back something new, and never wraps twice. */
import { changed } from './changed'

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
