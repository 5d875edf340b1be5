import { StoreUnavailableError } from '../errors.ts'
import type { Call, Operations, Outcome } from './group-commit.ts'

export interface Writer<Ops extends Operations> {
  /** Runs the operation; resolves once it is durable, rejects when nothing of it happened. */
  run<Name extends keyof Ops>(
    name: Name,
    args: Parameters<Ops[Name]>[1],
  ): Promise<Awaited<ReturnType<Ops[Name]>>>
  /** Resolves when all that was queued is done; what comes later is refused. */
  close(): Promise<void>
}

/** Takes the calls of one turn of the event loop, and settles each of them once. */
export interface Committer {
  commit(calls: readonly Call[], settle: (outcomes: readonly Outcome[]) => void): void
  /** Why it can commit no more. */
  failure?(): unknown
  close(): Promise<void>
}

interface Waiting {
  resolve: (result: never) => void
  reject: (error: unknown) => void
}

/** So many calls do not wait for the end of the turn: the committer works on them while the rest of it is still read. */
const handedOverAt = 32

/** One writer that commits in groups: what is called within one turn of the event loop is handed over together. */
export function createWriter<Ops extends Operations>(
  committer: Committer,
  engineNow: () => number,
): Writer<Ops> {
  let calls: Call[] = []
  let waiting: Waiting[] = []
  let open = 0
  let closed = false
  let onEmpty = () => {}

  const flush = () => {
    if (calls.length === 0) return
    const those = waiting
    const group = calls
    calls = []
    waiting = []
    committer.commit(group, (outcomes) => {
      outcomes.forEach((outcome, index) => {
        if (outcome.ok) those[index]!.resolve(outcome.result as never)
        else those[index]!.reject(outcome.error)
      })
      open -= outcomes.length
      if (open === 0) onEmpty()
    })
  }

  return {
    run: (name, args) =>
      new Promise((resolve, reject) => {
        const failure = closed ? databaseClosed() : committer.failure?.()
        if (failure) return reject(failure)
        if (calls.length === 0) setImmediate(flush)
        calls.push({ name: name as string, args, engineMs: engineNow() })
        waiting.push({ resolve, reject })
        open += 1
        if (calls.length === handedOverAt) flush()
      }),
    async close() {
      closed = true
      if (open > 0) await new Promise<void>((resolve) => (onEmpty = resolve))
      await committer.close()
    },
  }
}

export const databaseClosed = () => new StoreUnavailableError('The database is closed.')
