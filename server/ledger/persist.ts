/** What is known must not become "nobody knows" because a disk was full. */
import type { MessageId } from '../store/store.ts'
import type { World } from '../world.ts'
import { backoffMs } from './backoff.ts'

export interface PersistDeps {
  world: Pick<World, 'log' | 'monotonic' | 'random'>
  /** Aborted: the process ends, and tries nothing again. What it leaves has a lease. */
  ending: AbortSignal
}

/** With the backoff's cap some minutes. */
const tries = 20

/**
 * Writes what became of a message, although the database refuses for a while. Whatever it says: an error that nobody
 * foresaw loses as much as one that has a name. `write` may be done again after it was done.
 */
export async function persist<Written>(
  { world, ending }: PersistDeps,
  message: MessageId,
  write: () => Promise<Written>,
): Promise<Written> {
  for (let failures = 1; ; failures++) {
    try {
      return await write()
    } catch (err) {
      if (ending.aborted || failures === tries) throw err
      world.log.error({ err, message }, 'an outcome could not be written: trying again')
      await world.monotonic.wait(backoffMs(failures, world.random), ending)
    }
  }
}
