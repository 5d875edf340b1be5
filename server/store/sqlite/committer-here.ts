import { createGroupCommit } from './group-commit.ts'
import type { Connection, Operations } from './group-commit.ts'
import type { Committer } from './writer.ts'

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

/**
 * Commits on this thread, which waits for the disk: for a database in memory, which no other thread can open.
 *
 * @param serial runs everything that uses the connection: a query between the statements of a group would
 *   read what is not committed
 */
export function createCommitterHere(
  db: Connection & { close(): void },
  operations: Operations,
  serial = createSerial(),
): Committer {
  const commit = createGroupCommit(db, operations)
  return {
    commit: (calls, settle) => void serial(() => commit(calls)).then(settle),
    close: async () => db.close(),
  }
}
