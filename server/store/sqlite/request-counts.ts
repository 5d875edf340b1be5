/**
 * Requests counted in memory: one process owns the file, and a limit may begin anew with a restart.
 */
import type { RequestCount } from '../store.ts'

export function createRequestCounts(engineNow: () => number) {
  /** One window of each length: memory is bounded by the callers of one window. */
  const windows = new Map<number, { endsAt: number; counts: Map<string, number> }>()
  return ({ key, windowMs }: { key: string; windowMs: number }): RequestCount => {
    const now = engineNow()
    let window = windows.get(windowMs)
    if (!window || now >= window.endsAt) {
      window = { endsAt: now + windowMs, counts: new Map() }
      windows.set(windowMs, window)
    }
    const count = (window.counts.get(key) ?? 0) + 1
    window.counts.set(key, count)
    return { count, leftMs: window.endsAt - now }
  }
}
