/**
 * Work without a request: due messages, messages whose holder died, broadcasts, sweeps, what is
 * left of erased users, session keys.
 */
import type { Broadcasting } from '../broadcasts/runner.ts'
import type { Ledger } from '../ledger/send.ts'
import type { Clearing } from '../privacy/clearing.ts'
import { sendingRules } from '../rules/broadcasts.ts'
import { changeRules } from '../rules/changes.ts'
import { workerRules } from '../rules/process.ts'
import { sendRules } from '../rules/sending.ts'
import { creditEndingRules, webhookRules } from '../rules/webhooks.ts'
import type { World } from '../runtime/world.ts'
import type { Resealing } from '../sessions/resealing.ts'
import type { Store } from '../store/store.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

interface Worker {
  /** Starts the rounds. A second call does nothing. */
  start(): void
  /** Resolves when the current round has ended. What is due stays due for the next process. */
  stop(): Promise<void>
}

interface WorkerDeps {
  ledger: Pick<Ledger, 'resume'>
  broadcasting: Pick<Broadcasting, 'run'>
  store: Pick<Store, 'sweep' | 'endWatches' | 'tellEndings'>
  clearing: Clearing
  webhooks: Pick<Webhooks, 'run' | 'reseal'>
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
  broadcasting,
  store,
  clearing,
  webhooks,
  resealing,
  world,
  everyMs = workerRules.resumeEveryMs,
  clearEveryMs = workerRules.clearEveryMs,
  sweepEveryMs = workerRules.sweepEveryMs,
}: WorkerDeps): Worker {
  const stopping = new AbortController()
  let running: Promise<unknown> | undefined
  /** More single messages are due than are taken at once: these go first. */
  let isBehind = false

  /** Repeats `task`: at once while it returns `more`, else after a pause. */
  async function repeat(
    name: string,
    pauseMs: number,
    task: () => Promise<'done' | 'more'>,
    afterFailureMs = pauseMs,
  ) {
    while (!stopping.signal.aborted) {
      let waitMs = pauseMs
      try {
        if ((await task()) === 'more') continue
      } catch (err) {
        world.log.error({ err }, `${name} failed: it is tried again later`)
        waitMs = afterFailureMs
      }
      await world.monotonic.wait(waitMs, stopping.signal)
    }
  }

  return {
    start() {
      running ??= Promise.all([
        repeat('sending what is due', everyMs, async () => {
          const resumed = await ledger.resume()
          isBehind = resumed >= sendRules.resumedAtOnce
          return resumed > 0 ? 'more' : 'done'
        }),
        repeat(
          'broadcasting',
          sendingRules.everyMs,
          async () => (isBehind ? 'done' : broadcasting.run(stopping.signal)),
          workerRules.resumeEveryMs,
        ),
        repeat('sweeping', sweepEveryMs, async () => {
          await store.sweep({ nowMs: world.clock.now(), signal: stopping.signal })
          return 'done'
        }),
        repeat('erasing', clearEveryMs, async () => {
          await clearing.run(stopping.signal)
          return 'done'
        }),
        repeat('sending webhooks', webhookRules.everyMs, () => webhooks.run(stopping.signal)),
        repeat('telling of credits that end', creditEndingRules.everyMs / 5, async () => {
          await store.tellEndings({ nowMs: world.clock.now(), signal: stopping.signal })
          return 'done'
        }),
        repeat('ending watches', changeRules.endWatchesEveryMs, async () => {
          await store.endWatches()
          return 'done'
        }),
        repeat('sealing session keys again', sweepEveryMs, async () => {
          await webhooks.reseal()
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
