import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'

/**
 * Makes this process the only one that writes the database at `path`, until the returned function is called or
 * the process ends. Several writers of one file starve each other, and a lease would tell nothing.
 *
 * The lock is the operating system's, on an empty file `PATH.owner` beside the database: a transaction that
 * never ends holds it. The system drops it with the process, SIGKILL included, so nothing is ever cleaned
 * up by hand, and the file itself may stay. The database is not locked by it: a shell may read it and a backup may run.
 *
 * @throws when another process, or another store of this one, owns it
 */
export function ownDatabase(path: string): () => void {
  if (path === ':memory:') return () => {}
  const lock = new DatabaseSync(`${realPath(path)}.owner`)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== 5) throw cause
    throw new Error(
      `Another server has the database ${path} open. SQLite serves one process: stop the other one, name another file, or use PostgreSQL.`,
      { cause },
    )
  }
  return () => lock.close()
}

/** Two names of one file must meet at one lock. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const whole = resolve(path)
  return join(realpathSync(dirname(whole)), basename(whole))
}
