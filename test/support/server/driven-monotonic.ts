import type { MonotonicClock } from '../../../server/runtime/world.ts'

/** Machine time that runs by itself and can be moved ahead; waits end when it reaches them. */
export interface DrivenMonotonic extends MonotonicClock {
  advance(ms: number): void
  /** Resolves once something, or so many, wait for exactly `ms`. */
  waitedFor(ms: number, many?: number): Promise<void>
  /** Resolves once nothing waits for exactly `ms`. */
  endedFor(ms: number): Promise<void>
}

export function createDrivenMonotonic(): DrivenMonotonic {
  let aheadMs = 0
  const now = () => performance.now() + aheadMs
  const waits = new Set<{ dueMs: number; ms: number; end(): void }>()
  let watchers: (() => void)[] = []
  const waitingFor = (ms: number) => [...waits].filter((wait) => wait.ms === ms).length
  async function until(condition: () => boolean) {
    while (!condition()) {
      await new Promise<void>((resolve) => (watchers = [...watchers, resolve]))
    }
  }
  function after(ms: number, task: () => void): () => void {
    const cancel = () => {
      clearTimeout(timer)
      waits.delete(entry)
      for (const look of watchers.splice(0)) look()
    }
    const end = () => {
      cancel()
      task()
    }
    const entry = { dueMs: now() + ms, ms, end }
    const timer = setTimeout(end, ms)
    waits.add(entry)
    for (const look of watchers.splice(0)) look()
    return cancel
  }
  return {
    now,
    after,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const end = () => {
          cancel()
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const cancel = after(ms, end)
        signal?.addEventListener('abort', end, { once: true })
      }),
    advance(ms) {
      aheadMs += ms
      for (const { dueMs, end } of waits) if (dueMs <= now()) end()
    },
    waitedFor: (ms, many = 1) => until(() => waitingFor(ms) >= many),
    endedFor: (ms) => until(() => waitingFor(ms) === 0),
  }
}
