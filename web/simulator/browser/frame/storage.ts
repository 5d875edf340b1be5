/** What a phone keeps, and what the page itself remembers, in the browser's storage. */
import type { Storage } from '../device.ts'

/**
 * The platform allows 10 MB where a browser allows 5 million characters for all: what does not fit
 * is kept until the page is closed.
 */
export function createStorage(prefix: string): Storage & { clear(): void } {
  const known = new Map<string, string>()
  for (let n = 0; n < localStorage.length; n++) {
    const name = localStorage.key(n)!
    if (name.startsWith(prefix)) known.set(name.slice(prefix.length), localStorage.getItem(name)!)
  }
  return {
    get: (key) => known.get(key),
    keys: () => [...known.keys()],
    set(key, value) {
      known.set(key, value)
      try {
        localStorage.setItem(prefix + key, value)
      } catch {
        localStorage.removeItem(prefix + key)
      }
    },
    remove(key) {
      known.delete(key)
      localStorage.removeItem(prefix + key)
    },
    clear() {
      for (const key of known.keys()) localStorage.removeItem(prefix + key)
      known.clear()
    },
  }
}

/** One value of the page. */
export function remembered<Value>(name: string, initial: Value) {
  const key = `simulator:${name}`
  const text = localStorage.getItem(key)
  let value = text === null ? initial : (JSON.parse(text) as Value)
  return {
    get: () => value,
    set(next: Value) {
      value = next
      localStorage.setItem(key, JSON.stringify(next))
    },
  }
}
