/** Work without a request: due messages, messages whose holder died, and sweeps. */
import type { Ledger } from '../ledger/send.ts'
import { workerRules } from '../rules/process.ts'
import type { World } from '../runtime/world.ts'
import type { Store } from '../store/store.ts'

interface Worker {
  /** Starts the rounds. A second call does nothing. */
  start(): void
  /** Resolves when the current round has ended. What is due stays due for the next process. */
  stop(): Promise<void>
}

interface WorkerDeps {
  ledger: Pick<Ledger, 'resume'>
  store: Pick<Store, 'sweep'>
  world: World
  /** Milliseconds between two looks at what is due. Default: one second. */
  everyMs?: number
  /** Milliseconds between two sweeps. Default: one hour; the first is at the start. */
  sweepEveryMs?: number
}

export function createWorker({
  ledger,
  store,
  world,
  everyMs = workerRules.resumeEveryMs,
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
      ])
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
