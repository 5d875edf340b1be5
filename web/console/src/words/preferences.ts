/** What this browser remembers of its user: choices alone, never keys or data. */

interface Stored<Value extends string> {
  read(): Value | undefined
  write(value: Value): void
}

/** A choice of some words. Where the browser forbids storage, it lasts as long as the page. */
export function stored<Value extends string>(
  name: string,
  values: readonly Value[],
  storage: () => Pick<Storage, 'getItem' | 'setItem'> = () => localStorage,
): Stored<Value> {
  const key = `wx-reach.${name}`
  return {
    read() {
      try {
        const value = storage().getItem(key)
        return values.find((known) => known === value)
      } catch {
        return undefined
      }
    },
    write(value) {
      try {
        storage().setItem(key, value)
      } catch {
        // Storage is forbidden or full: the choice is not worth an error.
      }
    },
  }
}
