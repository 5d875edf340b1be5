import type { MonotonicClock } from '../world.ts'

/** A bounded memory of what was looked up lately: the least recently used goes first. */
export interface Recent<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

export function createRecent<Value extends object>(
  monotonic: Pick<MonotonicClock, 'now'>,
  limits: { entries: number; ageMs: number },
): Recent<Value> {
  // A Map keeps the order of insertion: its first entry is the one unused for longest.
  const entries = new Map<string, { value: Value; untilMs: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (monotonic.now() >= entry.untilMs) return undefined
      entries.set(key, entry)
      return entry.value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, { value, untilMs: monotonic.now() + limits.ageMs })
      if (entries.size <= limits.entries) return
      for (const oldest of entries.keys()) return void entries.delete(oldest)
    },
  }
}
