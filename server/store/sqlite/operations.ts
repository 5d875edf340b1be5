/** What the writer of a SQLite database runs, on whichever thread. */
import { writes } from '../operations/all-operations.ts'
import type { Sql } from '../sql.ts'

/** Changes nothing. Fails if nothing can be written: on a full disk, on a locked file. */
const touch = (sql: Sql) =>
  sql.run('UPDATE migrations SET name = name WHERE name = (SELECT max(name) FROM migrations)')

export const operations = { ...writes, touch }
