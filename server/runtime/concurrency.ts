/** Waiting with a limit, trying again, and sharing one call between callers. */
import type { MonotonicClock, PlatformClock, Random } from './world.ts'

/**
 * Resolves as `work`, or with `timed_out` after `ms`. The work itself goes on; the signal that it
 * is given aborts when nobody waits for it any more, and a later rejection is dropped.
 */
export async function withTimeout<Result>(
  monotonic: MonotonicClock,
  ms: number,
  work: (over: AbortSignal) => Promise<Result>,
): Promise<Result | 'timed_out'> {
  const over = new AbortController()
  const result = work(over.signal)
  const timeout = monotonic.wait(ms, over.signal).then(() => 'timed_out' as const)
  // With a reason: the default one is an error, whose stack costs more than the wait.
  return Promise.race([result, timeout]).finally(() => over.abort('over'))
}

/** Resolves when the platform's clock reaches `atMs`, or at once when the signal aborts. */
export function until(
  clock: Pick<PlatformClock, 'now' | 'at'>,
  atMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || atMs <= clock.now()) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = clock.at(atMs, done)
    function done() {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}

/** The wait after the first failure, and the longest one. */
export interface Backoff {
  firstMs: number
  capMs: number
}

/** Doubles with each failure up to the cap. */
export const doublingMs = (failures: number, { firstMs, capMs }: Backoff): number =>
  Math.min(capMs, firstMs * 2 ** Math.max(failures - 1, 0))

/** Full jitter under a doubling cap: many callers that failed together do not return together. */
export function backoffMs(failures: number, random: Random, backoff: Backoff): number {
  const share = random(4).readUInt32BE() / 2 ** 32
  return Math.round(share * doublingMs(failures, backoff))
}

/** Calls under way, by key: callers that ask for the same key meanwhile share one call. */
interface SingleFlight<Result> {
  /** The call under way for `key`, or the one that `call` begins. */
  run(key: string, call: () => Promise<Result>): Promise<Result>
  isRunning(key: string): boolean
  /** Resolves when the calls that are under way now have ended. Never rejects. */
  settled(): Promise<void>
}

export function createSingleFlight<Result>(): SingleFlight<Result> {
  const underWay = new Map<string, Promise<Result>>()
  return {
    run(key, call) {
      const shared = underWay.get(key)
      if (shared) return shared
      const begun = call().finally(() => underWay.delete(key))
      underWay.set(key, begun)
      return begun
    },
    isRunning: (key) => underWay.has(key),
    async settled() {
      await Promise.allSettled(underWay.values())
    },
  }
}
