import { createGroupCommit } from './group-commit.ts'
import type { Connection, Operations } from './group-commit.ts'
import type { Committer } from './writer.ts'

/** Commits on this thread, which waits for the disk: for a database in memory, which no other thread can open. */
export function createCommitterHere(
  db: Connection & { close(): void },
  operations: Operations,
): Committer {
  const commit = createGroupCommit(db, operations)
  return {
    commit: (calls, settle) => settle(commit(calls)),
    close: async () => db.close(),
  }
}
