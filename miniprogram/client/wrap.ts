/** Copies and marks: wrapping gives back something new, and never wraps twice. */

import { changed } from './changed'

/** On our own functions only. A string, not a symbol or a WeakSet: two copies of the library must know each other's. */
const mark = '__wxReach'

export const isWrapped = (fn: unknown): boolean => !!fn && mark in (fn as object)

export function marked<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn {
  return Object.defineProperty(fn, mark, { value: true })
}

/**
 * A copy with some properties replaced; symbols and the prototype survive. Defined, not assigned: a frozen or inherited
 * read-only property is no obstacle, and what comes out can be written to by the next wrapper.
 */
export function copyWith<T extends object>(original: T, changes: object): T {
  const flat = changed(original, changes)
  const copy = Object.create(Object.getPrototypeOf(original))
  const names: PropertyKey[] = Object.keys(flat)
  for (const name of names.concat(Object.getOwnPropertySymbols(flat))) {
    Object.defineProperty(copy, name, Object.getOwnPropertyDescriptor(flat, name)!)
  }
  return copy
}
