/** What is known must not become "nobody knows" because a disk was full. */
import { StoreUnavailableError } from '../store/errors.ts'
import type { MessageId } from '../store/store.ts'
import type { World } from '../world.ts'
import { backoffMs } from './backoff.ts'
import { sendRules } from './rules.ts'

export interface PersistDeps {
  world: Pick<World, 'log' | 'monotonic' | 'random'>
  /** Aborted: the process ends, and tries nothing again. What it leaves has a lease. */
  ending: AbortSignal
}

/** Of an error that does not say that the database is away: it may be there to stay. */
const tries = 20

/**
 * Writes what became of a message, however long the database is away. Other errors are borne for a while, whatever they
 * say: one that nobody foresaw loses as much as one that has a name. `write` may be done again after it was done.
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
      const isAway = err instanceof StoreUnavailableError
      if (ending.aborted || (failures >= tries && !isAway)) throw err
      // Once: of a long outage the log need not tell with every try of every message.
      if (failures === 1) {
        world.log.error({ err, message }, 'an outcome could not be written: trying until it is')
      }
      await world.monotonic.wait(
        backoffMs(failures, world.random, sendRules.rewriteBackoff),
        ending,
      )
    }
  }
}
