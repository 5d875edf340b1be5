/** Copies and marks: wrapping gives back something new, and never wraps twice. */

/** On our own functions only. A string, not a symbol or a WeakSet: two copies of the library must know each other's. */
const mark = '__wxReach'

export const isWrapped = (fn: unknown): boolean => !!fn && mark in (fn as object)

export function marked<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn {
  return Object.defineProperty(fn, mark, { value: true })
}

/**
 * A copy with some properties replaced. Property by property, so that symbols, getters and the prototype survive,
 * and a frozen original gives a copy that other wrappers can still write to.
 */
export function copyWith<T extends object>(original: T, changes: object): T {
  const copy = Object.create(Object.getPrototypeOf(original))
  const names: PropertyKey[] = Object.getOwnPropertyNames(original)
  for (const name of names.concat(Object.getOwnPropertySymbols(original))) {
    const property = Object.getOwnPropertyDescriptor(original, name)!
    if ('value' in property) property.writable = true
    property.configurable = true
    Object.defineProperty(copy, name, property)
  }
  for (const name of Object.keys(changes)) {
    const value = (changes as Record<string, unknown>)[name]
    Object.defineProperty(copy, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return copy
}
