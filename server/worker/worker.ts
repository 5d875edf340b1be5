/** What is done without being asked: due messages, messages whose holder died, and forgetting. */
import type { Ledger } from '../ledger/send.ts'
import { workerRules } from '../rules/process.ts'
import type { World } from '../runtime/world.ts'
import type { Store } from '../store/store.ts'

export interface Worker {
  /** Starts the rounds; again: nothing. */
  start(): void
  /** Resolves when the round that runs has ended. What is due stays due for the next process. */
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

  /** Does `task` again and again. A task that says it is not `done` is done again at once. */
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
