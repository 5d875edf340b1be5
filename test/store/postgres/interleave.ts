/** Two concurrent transactions, in an order that otherwise only a race would give. */
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { createDatabase } from '../../../server/store/postgres/database.ts'
import { perform } from '../../../server/store/postgres/sql.ts'
import type { Sql, Step } from '../../../server/store/sql.ts'
import { createDeferred } from '../../support/deferred.ts'
import type { TestDatabase } from '../../support/postgres/database.ts'

type Work<Result> = (sql: Sql) => Step<Result>

/**
 * Runs the second after the first has done its work, and before it commits. The first commits once
 * the second waits for a lock, or is done.
 */
export async function interleave<First, Second>(
  { url, run }: TestDatabase,
  first: Work<First>,
  second: Work<Second>,
): Promise<[First, Second]> {
  const options = { url, connections: 2, world: { monotonic: createMonotonicClock() } }
  const databases = [createDatabase(options), createDatabase(options)] as const
  const worked = createDeferred()
  const mayCommit = createDeferred()
  const one = databases[0].transact(async (sql) => {
    const result = await perform(sql, first)
    worked.resolve()
    await mayCommit.promise
    return result
  })
  try {
    await Promise.race([worked.promise, one])
    const progress = { isDone: false }
    const two = databases[1]
      .transact((sql) => perform(sql, second))
      .finally(() => (progress.isDone = true))
    while (!progress.isDone && !(await isWaiting(run)));
    mayCommit.resolve()
    return await Promise.all([one, two])
  } finally {
    mayCommit.resolve()
    await Promise.allSettled([one])
    await Promise.all(databases.map((database) => database.close()))
  }
}

async function isWaiting(run: TestDatabase['run']): Promise<boolean> {
  const waiting = await run(
    `SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return waiting.length > 0
}
