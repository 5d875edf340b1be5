/** The one writer of a database, which commits in groups. */
import { StoreUnavailableError } from '../store.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Call, CallResult, Connection, Operations } from './group-commit.ts'

export interface Writer<Ops extends Operations> {
  /** Runs the operation. Resolves once it is durable; rejects if nothing of it happened. */
  run<Name extends keyof Ops>(
    name: Name,
    args: Parameters<Ops[Name]>[1],
  ): Promise<Awaited<ReturnType<Ops[Name]>>>
  /** Resolves when everything queued is done. Later calls are refused. */
  close(): Promise<void>
}

export interface Committer {
  /** Returns the results in the order of the calls. Never rejects. */
  commit(calls: readonly Call[]): Promise<readonly CallResult[]>
  /** Why it cannot commit any more. */
  failure?(): unknown
  close(): Promise<void>
}

interface Waiting {
  resolve: (result: never) => void
  reject: (error: unknown) => void
}

/**
 * So many calls are committed before the turn ends: the committer then works while others are still
 * queued.
 */
const maxQueued = 32

/**
 * Commits the calls of one turn of the event loop together.
 *
 * @param engineNow milliseconds of the engine's clock
 */
export function createWriter<Ops extends Operations>(
  committer: Committer,
  engineNow: () => number,
): Writer<Ops> {
  let calls: Call[] = []
  let waiting: Waiting[] = []
  let open = 0
  let closed = false
  let onEmpty = () => {}

  async function flush(): Promise<void> {
    if (calls.length === 0) return
    const [group, callers] = [calls, waiting]
    calls = []
    waiting = []
    const results = await committer.commit(group)
    results.forEach((result, index) => {
      if (result.ok) callers[index]!.resolve(result.result as never)
      else callers[index]!.reject(result.error)
    })
    open -= results.length
    if (open === 0) onEmpty()
  }

  return {
    run: (name, args) =>
      new Promise((resolve, reject) => {
        const failure = closed ? databaseClosed() : committer.failure?.()
        if (failure) return reject(failure)
        if (calls.length === 0) setImmediate(() => void flush())
        calls.push({ name: name as string, args, engineMs: engineNow() })
        waiting.push({ resolve, reject })
        open += 1
        if (calls.length === maxQueued) void flush()
      }),
    async close() {
      closed = true
      if (open > 0) await new Promise<void>((resolve) => (onEmpty = resolve))
      await committer.close()
    },
  }
}

export const databaseClosed = () => new StoreUnavailableError('The database is closed.')

/**
 * Commits on this thread, which waits for the disk: for a database in memory, which no other thread
 * can open.
 *
 * @param serial runs everything that uses the connection. A query between the statements of a group
 * would read what is not committed.
 */
export function createInlineCommitter(
  db: Connection & { close(): void },
  operations: Operations,
  serial = createSerial(),
): Committer {
  const commit = createGroupCommit(db, operations)
  return {
    commit: (calls) => serial(() => commit(calls)),
    close: async () => db.close(),
  }
}

/** Runs one piece of work after another. */
export type Serial = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
