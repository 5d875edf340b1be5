import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { StoreUnavailableError } from '../errors.ts'
import type { Outcome } from './group-commit.ts'
import { threadFile } from './thread-file.ts'
import type { Committer } from './writer.ts'
import type { FromThread, ToThread } from './writer-thread.ts'

/** Hears of each group that was committed, or failed. */
export type OnCommit = (commit: { calls: number; tookMs: number }) => void

/**
 * Commits on a thread of its own, so that only that one waits for the disk: see writer-thread.ts. A process is kept
 * alive while it waits for an outcome, and not else.
 */
export function createCommitterOnThread(path: string, onCommit?: OnCommit): Committer {
  const worker = new Worker(threadFile('writer-thread'), { workerData: { path } })
  const groups: { size: number; settle: (outcomes: readonly Outcome[]) => void }[] = []
  let failure: StoreUnavailableError | undefined
  worker.unref()

  const post = (message: ToThread) => worker.postMessage(message)

  function settleFirst(outcomes: readonly Outcome[]): void {
    groups.shift()!.settle(outcomes)
    if (groups.length === 0) worker.unref()
  }

  worker.on('message', ({ outcomes, tookMs }: FromThread) => {
    // What it told before it ended comes after its end: those who asked have been told that nobody knows.
    if (failure) return
    onCommit?.({ calls: outcomes.length, tookMs })
    for (let from = 0; from < outcomes.length;) {
      const { size } = groups[0]!
      settleFirst(outcomes.slice(from, from + size).map(toOutcome))
      from += size
    }
  })
  worker.on('error', (cause) => {
    const text = 'The thread that writes the database has ended: start the server anew.'
    failure = new StoreUnavailableError(text, { cause })
    const outcome: Outcome = { ok: false, error: failure }
    while (groups.length > 0) settleFirst(Array.from({ length: groups[0]!.size }, () => outcome))
  })

  return {
    commit(calls, settle) {
      if (groups.length === 0) worker.ref()
      groups.push({ size: calls.length, settle })
      post(calls)
    },
    failure: () => failure,
    async close() {
      if (failure) return
      const ended = once(worker, 'exit')
      worker.ref()
      post('close')
      await ended
    },
  }
}

/** Classes do not cross threads. */
function toOutcome(told: FromThread['outcomes'][number]): Outcome {
  if (told.ok || !told.unavailable) return told
  const { message, cause } = told.error as Error
  return { ok: false, error: new StoreUnavailableError(message, { cause }) }
}
