/** The one writer of a database, which commits in groups. */
import { sqliteRules } from '../../rules/database.ts'
import { writes } from '../operations/all-operations.ts'
import type { ResultOf, Sql, Step } from '../sql.ts'
import { StoreClosedError, StoreUnavailableError } from '../store.ts'
import type { Database } from './database.ts'
import { createSql, runSteps } from './sql.ts'

interface Writer<Ops extends Operations> {
  /** Runs the operation. Resolves once it is durable; rejects if nothing of it happened. */
  run<Name extends keyof Ops>(
    name: Name,
    args: Parameters<Ops[Name]>[1],
  ): Promise<ResultOf<ReturnType<Ops[Name]>>>
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
  let closing: Promise<void> | undefined
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

  async function end(): Promise<void> {
    if (open > 0) await new Promise<void>((resolve) => (onEmpty = resolve))
    await committer.close()
  }

  return {
    run: (name, args) =>
      new Promise((resolve, reject) => {
        const failure = closing ? new StoreClosedError() : committer.failure?.()
        if (failure) return reject(failure)
        if (calls.length === 0) setImmediate(() => void flush())
        calls.push({ name: name as string, args, engineMs: engineNow() })
        waiting.push({ resolve, reject })
        open += 1
        if (calls.length === sqliteRules.maxQueued) void flush()
      }),
    close: () => (closing ??= end()),
  }
}

/**
 * Commits on this thread, which waits for the disk: for a database in memory, which no other thread
 * can open.
 */
export function createInlineCommitter(
  db: Connection & { close(): void },
  known: Operations,
): Committer {
  const commit = createGroupCommit(db, known)
  return {
    commit: async (calls) => commit(calls),
    close: async () => db.close(),
  }
}

/** What the writer of a store runs, on whichever thread. */
export const operations = { ...writes, touch }

/** Changes nothing. Fails if nothing can be written: on a full disk, on a locked file. */
function touch(sql: Sql) {
  const last = '(SELECT max(name) FROM migrations)'
  return sql.run(`UPDATE migrations SET name = name WHERE name = ${last}`)
}

/**
 * What the writer can run, by name. An operation is a function of `sql` and of plain data and has
 * no other state, since it runs twice when its group is rolled back, and on another thread.
 */
// `never` accepts operations of any argument; the callers' types come from `Operations` itself.
type Operations = Record<string, (sql: Sql, args: never) => Step<unknown>>

export interface Call {
  name: string
  args: unknown
  /** The engine's clock when the call was made. */
  engineMs: number
}

export type CallResult = { ok: true; result: unknown } | { ok: false; error: unknown }

type Connection = Pick<Database, 'exec' | 'prepare' | 'isTransaction'>

/**
 * Commits calls as one transaction, and so with one sync of the disk. If an operation throws, the
 * group is rolled back and its operations run again one by one, so that only that one fails. If no
 * transaction can begin, all calls fail at once. The results are in the order of the calls.
 */
export function createGroupCommit(
  db: Connection,
  known: Operations,
): (calls: readonly Call[]) => CallResult[] {
  let nowMs = 0
  const sql: Sql = createSql(db, { now: () => nowMs })

  function together(calls: readonly Call[]): CallResult[] {
    try {
      const results: CallResult[] = []
      for (const { name, args, engineMs } of calls) {
        nowMs = engineMs
        const result = runSteps(known[name]!(sql, args as never))
        results.push({ ok: true, result })
      }
      db.exec('COMMIT')
      return results
    } catch (error) {
      // After a full disk or an I/O error SQLite has rolled back by itself.
      if (db.isTransaction) db.exec('ROLLBACK')
      return calls.length === 1 ? [failed(error)] : oneByOne(calls)
    }
  }

  function oneByOne(calls: readonly Call[]): CallResult[] {
    const results: CallResult[] = []
    for (const call of calls) {
      const failure = begin()
      if (failure) return [...results, ...calls.slice(results.length).map(() => failure)]
      results.push(...together([call]))
    }
    return results
  }

  function begin(): CallResult | undefined {
    try {
      db.exec('BEGIN IMMEDIATE')
      return undefined
    } catch (error) {
      return failed(error)
    }
  }

  return (calls) => {
    const failure = begin()
    return failure ? calls.map(() => failure) : together(calls)
  }
}

const failed = (error: unknown): CallResult => ({ ok: false, error: asStoreError(error) })

/**
 * PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: not the caller's
 * fault.
 */
const unavailable = new Set([3, 5, 6, 7, 8, 10, 11, 13, 14, 26])

export function asStoreError(error: unknown): unknown {
  const { errcode } = error as { errcode?: number }
  if (errcode === undefined || !unavailable.has(errcode & 0xff)) return error
  const text = `The database cannot be used: ${(error as Error).message}.`
  return new StoreUnavailableError(text, { cause: error })
}
