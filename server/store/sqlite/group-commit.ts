import { StoreUnavailableError } from '../store.ts'
import type { Sql } from '../sql.ts'
import type { Database } from './database.ts'
import { createSql } from './sql.ts'

/**
 * What the writer can run, by name. An operation is a function of `sql` and of plain data and has
 * no other state, since it runs twice when its group is rolled back, and on another thread. It
 * awaits `sql` and nothing else, so that no other call runs in between.
 */
// `never` accepts operations of any argument; the callers' types come from `Operations` itself.
export type Operations = Record<string, (sql: Sql, args: never) => unknown>

export interface Call {
  name: string
  args: unknown
  /** The engine's clock when the call was made. */
  engineMs: number
}

export type CallResult = { ok: true; result: unknown } | { ok: false; error: unknown }

export type Connection = Pick<Database, 'exec' | 'prepare' | 'isTransaction'>

/**
 * Commits calls as one transaction, and so with one sync of the disk. If an operation throws, the
 * group is rolled back and its operations run again one by one, so that only that one fails. If no
 * transaction can begin, all calls fail at once. The results are in the order of the calls.
 */
export function createGroupCommit(
  db: Connection,
  operations: Operations,
): (calls: readonly Call[]) => Promise<CallResult[]> {
  let nowMs = 0
  const sql: Sql = createSql(db, { now: () => nowMs })

  async function together(calls: readonly Call[]): Promise<CallResult[]> {
    try {
      const results: CallResult[] = []
      for (const { name, args, engineMs } of calls) {
        nowMs = engineMs
        const result = await operations[name]!(sql, args as never)
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

  async function oneByOne(calls: readonly Call[]): Promise<CallResult[]> {
    const results: CallResult[] = []
    for (const call of calls) {
      const failure = begin()
      if (failure) return [...results, ...calls.slice(results.length).map(() => failure)]
      results.push(...(await together([call])))
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

  return async (calls) => {
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
