/** The end of a server within a time, whatever its database and WeChat do meanwhile. */
import { shutdownRules } from '../rules/process.ts'
import { withTimeout, type World } from './world.ts'

interface ShutdownDeps {
  world: Pick<World, 'log' | 'monotonic'>
  /** Ends all retries: what has failed is not tried again. */
  abortRetries(): void
  /** Ends after what is under way. */
  end(): Promise<void>
}

/**
 * Resolves after `withinMs` at the latest. What has not ended then goes on, and the process need
 * not wait for it.
 */
export async function shutDownWithin(
  withinMs: number,
  { world: { log, monotonic }, abortRetries, end }: ShutdownDeps,
): Promise<void> {
  const retriesMs = Math.max(withinMs - shutdownRules.abortRetriesBeforeMs, 0)
  const ended = await withTimeout(monotonic, Math.max(withinMs, 0), ({ signal }) => {
    void monotonic.wait(retriesMs, signal).then(abortRetries)
    return end()
  })
  if (ended !== 'timed_out') return
  log.warn({ withinMs }, 'not all has ended in time: messages under way keep their leases')
}
