import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { StoreUnavailableError } from '../store.ts'
import { threadFile } from './database.ts'
import type { FromThread, ToThread } from './writer-thread.ts'
import type { CallResult, Committer } from './writer.ts'

/** Called for each group that was committed, or failed. */
export type OnCommit = (commit: { calls: number; tookMs: number }) => void

interface Group {
  size: number
  resolve(results: readonly CallResult[]): void
}

/**
 * Commits on a thread of its own, so that only that thread waits for the disk: see
 * writer-thread.ts. Keeps the process alive only while a call waits.
 */
export function createWorkerCommitter(path: string, onCommit?: OnCommit): Committer {
  const worker = new Worker(threadFile('writer-thread'), { workerData: { path } })
  const groups: Group[] = []
  let failure: StoreUnavailableError | undefined
  worker.unref()

  const post = (message: ToThread) => worker.postMessage(message)

  function resolveFirst(results: readonly CallResult[]): void {
    groups.shift()!.resolve(results)
    if (groups.length === 0) worker.unref()
  }

  worker.on('message', ({ results, tookMs }: FromThread) => {
    // The thread's last results may arrive after its end, when its callers have their error
    // already.
    if (failure) return
    onCommit?.({ calls: results.length, tookMs })
    for (let from = 0; from < results.length;) {
      const { size } = groups[0]!
      resolveFirst(results.slice(from, from + size).map(fromThread))
      from += size
    }
  })
  worker.on('error', (cause) => {
    const text = 'The thread that writes the database has ended: start the server anew.'
    failure = new StoreUnavailableError(text, { cause })
    const result: CallResult = { ok: false, error: failure }
    while (groups.length > 0) resolveFirst(Array.from({ length: groups[0]!.size }, () => result))
  })

  return {
    commit: (calls) =>
      new Promise((resolve) => {
        if (groups.length === 0) worker.ref()
        groups.push({ size: calls.length, resolve })
        post(calls)
      }),
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

/** Classes are lost between threads. */
function fromThread(result: FromThread['results'][number]): CallResult {
  if (result.ok || !result.unavailable) return result
  const { message, cause } = result.error as Error
  return { ok: false, error: new StoreUnavailableError(message, { cause }) }
}
