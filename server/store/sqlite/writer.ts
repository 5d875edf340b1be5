import { StoreUnavailableError } from '../errors.ts'
import type { Database } from './database.ts'
import { createStatements } from './statements.ts'
import type { Statements } from './statements.ts'

/**
 * What a writer can do, by name. An operation is a function of the statements and of plain data, with no other
 * state, so that it can run twice when its group is rolled back, and on another thread.
 */
// `never` accepts operations of any argument; the caller's types come from `Operations` itself.
export type Operations = Record<string, (statements: Statements, args: never) => unknown>

export interface Writer<Ops extends Operations> {
  /** Runs the operation; resolves once it is durable, rejects when nothing of it happened. */
  run<Name extends keyof Ops>(
    name: Name,
    args: Parameters<Ops[Name]>[1],
  ): Promise<ReturnType<Ops[Name]>>
  /** Resolves when all that was queued is done; what comes later is refused. */
  close(): Promise<void>
}

type Connection = Pick<Database, 'exec' | 'prepare' | 'isTransaction'>

interface Queued {
  run: () => unknown
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/**
 * One writer that commits in groups: all that was queued while the event loop was busy is one transaction, and
 * so one sync of the disk, at its next turn. An operation that throws fails alone: the group is rolled back
 * and its operations run again one by one.
 */
export function createWriter<Ops extends Operations>(db: Connection, operations: Ops): Writer<Ops> {
  const statements = createStatements(db)
  let queue: Queued[] = []
  let closed = false
  let onEmpty = () => {}

  const flush = () => {
    const group = queue
    queue = []
    try {
      const results = transact(db, () => group.map(({ run }) => run()))
      group.forEach(({ resolve }, index) => resolve(results[index]))
    } catch (error) {
      if (group.length === 1) group[0]!.reject(asStoreError(error))
      else for (const one of group) alone(one)
    }
    onEmpty()
  }

  const alone = ({ run, resolve, reject }: Queued) => {
    try {
      resolve(transact(db, run))
    } catch (error) {
      reject(asStoreError(error))
    }
  }

  return {
    run: (name, args) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(databaseClosed())
        const run = () => operations[name]!(statements, args as never)
        if (queue.length === 0) setImmediate(flush)
        queue.push({ run, resolve: resolve as (result: unknown) => void, reject })
      }),
    close() {
      closed = true
      if (queue.length === 0) return Promise.resolve()
      return new Promise((resolve) => (onEmpty = resolve))
    },
  }
}

function transact<Result>(db: Connection, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk and an I/O error have rolled back by themselves.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

export const databaseClosed = () => new StoreUnavailableError('The database is closed.')

/** PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the file's fault, not the caller's. */
const unavailable = new Set([3, 5, 6, 7, 8, 10, 11, 13, 14, 26])

export function asStoreError(error: unknown): unknown {
  const { errcode } = error as { errcode?: number }
  if (errcode === undefined || !unavailable.has(errcode & 0xff)) return error
  const text = `The database cannot be used: ${(error as Error).message}.`
  return new StoreUnavailableError(text, { cause: error })
}
