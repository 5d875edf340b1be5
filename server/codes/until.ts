import type { PlatformClock } from '../world.ts'

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
