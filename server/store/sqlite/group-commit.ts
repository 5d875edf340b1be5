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

export interface Call {
  name: string
  args: unknown
}

export type Outcome = { ok: true; result: unknown } | { ok: false; error: unknown }

export type Connection = Pick<Database, 'exec' | 'prepare' | 'isTransaction'>

/**
 * Commits calls as one transaction, and so with one sync of the disk. An operation that throws fails alone: the group
 * is rolled back and its operations run again one by one. Where no transaction can begin, none of them waits for the next
 * one's turn. The outcomes stand in the order of the calls.
 */
export function createGroupCommit(
  db: Connection,
  operations: Operations,
): (calls: readonly Call[]) => Outcome[] {
  const statements = createStatements(db)
  const run = ({ name, args }: Call) => operations[name]!(statements, args as never)

  function together(calls: readonly Call[]): Outcome[] {
    try {
      const results = calls.map(run)
      db.exec('COMMIT')
      return results.map((result) => ({ ok: true, result }))
    } catch (error) {
      // A full disk and an I/O error have rolled back by themselves.
      if (db.isTransaction) db.exec('ROLLBACK')
      return calls.length === 1 ? [failed(error)] : oneByOne(calls)
    }
  }

  function oneByOne(calls: readonly Call[]): Outcome[] {
    const outcomes: Outcome[] = []
    for (const call of calls) {
      const failure = begin()
      if (failure) return [...outcomes, ...calls.slice(outcomes.length).map(() => failure)]
      outcomes.push(...together([call]))
    }
    return outcomes
  }

  function begin(): Outcome | undefined {
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

const failed = (error: unknown): Outcome => ({ ok: false, error: asStoreError(error) })

/** PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the file's fault, not the caller's. */
const unavailable = new Set([3, 5, 6, 7, 8, 10, 11, 13, 14, 26])

export function asStoreError(error: unknown): unknown {
  const { errcode } = error as { errcode?: number }
  if (errcode === undefined || !unavailable.has(errcode & 0xff)) return error
  const text = `The database cannot be used: ${(error as Error).message}.`
  return new StoreUnavailableError(text, { cause: error })
}
