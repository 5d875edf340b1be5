/**
 * Work without a request: due messages, messages whose holder died, sweeps, what is left of erased
 * users, session keys.
 */
import type { Ledger } from '../ledger/send.ts'
import { workerRules } from '../rules/process.ts'
import type { World } from '../runtime/world.ts'
import type { Resealing } from '../sessions/resealing.ts'
import type { Store } from '../store/store.ts'

interface Worker {
  /** Starts the rounds. A second call does nothing. */
  start(): void
  /** Resolves when the current round has ended. What is due stays due for the next process. */
  stop(): Promise<void>
}

interface WorkerDeps {
  ledger: Pick<Ledger, 'resume'>
  store: Pick<Store, 'sweep' | 'continueErasures'>
  resealing: Pick<Resealing, 'run'>
  world: World
  /** Milliseconds between two looks at what is due. Default: one second. */
  everyMs?: number
  /** Milliseconds between two looks at what is left of erased users. Default: one second. */
  clearEveryMs?: number
  /**
   * Milliseconds between two sweeps, and between two looks at session keys to seal again. Default:
   * one hour; the first is at the start.
   */
  sweepEveryMs?: number
}

export function createWorker({
  ledger,
  store,
  resealing,
  world,
  everyMs = workerRules.resumeEveryMs,
  clearEveryMs = workerRules.clearEveryMs,
  sweepEveryMs = workerRules.sweepEveryMs,
}: WorkerDeps): Worker {
  const stopping = new AbortController()
  let running: Promise<unknown> | undefined

  /** Repeats `task`: at once while it returns `more`, else after a pause. */
  async function repeat(name: string, pauseMs: number, task: () => Promise<'done' | 'more'>) {
    while (!stopping.signal.aborted) {
      try {
        if ((await task()) === 'more') continue
      } catch (err) {
        world.log.error({ err }, `${name} failed: it is tried again later`)
      }
      await world.monotonic.wait(pauseMs, stopping.signal)
    }
  }

  return {
    start() {
      running ??= Promise.all([
        repeat('sending what is due', everyMs, async () =>
          (await ledger.resume()) > 0 ? 'more' : 'done',
        ),
        repeat('sweeping', sweepEveryMs, async () => {
          await store.sweep({ nowMs: world.clock.now(), signal: stopping.signal })
          return 'done'
        }),
        repeat('erasing', clearEveryMs, async () => {
          await store.continueErasures(stopping.signal)
          return 'done'
        }),
        repeat('sealing session keys again', sweepEveryMs, async () => {
          await resealing.run(stopping.signal)
          return 'done'
        }),
      ])
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
