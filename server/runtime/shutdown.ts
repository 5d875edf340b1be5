/** The end of a server within a time, whatever its database and WeChat do meanwhile. */
import type { World } from './world.ts'

/** From the signal to the end of the process: what docs/operations.md promises. */
export const stopWithinMs = 15_000
/** Of these, for requests under way; the longest waits 10 s for a message. */
export const drainWithinMs = 12_000
/** At least so long before the end nothing is begun again: one more look at a database that is away takes this. */
const lastTryMs = 5_000

export interface EndingDeps {
  world: Pick<World, 'log' | 'monotonic'>
  /** Tries nothing again. */
  giveUp(): void
  /** Ends after what is under way. */
  end(): Promise<void>
}

/** Resolves after `withinMs` at the latest; what has not ended then goes on, and the process need not wait for it. */
export async function endWithin(
  withinMs: number,
  { world: { log, monotonic }, giveUp, end }: EndingDeps,
): Promise<void> {
  const over = new AbortController()
  const after = (ms: number) => monotonic.wait(Math.max(ms, 0), over.signal)
  void after(withinMs - lastTryMs).then(giveUp)
  const ended = end()
  // Whoever waits no more hears of no failure either.
  ended.catch(() => {})
  try {
    const late = after(withinMs).then(() => 'late' as const)
    if ((await Promise.race([ended, late])) !== 'late') return
    log.warn({ withinMs }, 'not all has ended in time: messages under way are left to their leases')
  } finally {
    over.abort()
  }
}
