import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { keepPrivate, restrict } from './private-files.ts'
import { asUnwritable } from './unwritable.ts'

/**
 * Makes this process the only one that writes the database at `path`, until the returned function is called or
 * the process ends, and its files readable by their owner only. Several writers of one file starve each other, and a
 * lease would tell nothing.
 *
 * The lock is the operating system's, on an empty file `PATH.owner` beside the database: a transaction that
 * never ends holds it. The system drops it with the process, SIGKILL included, so nothing is ever cleaned
 * up by hand, and the file itself may stay. The database is not locked by it: a shell may read it and a backup may run.
 *
 * @throws when another process, or another store of this one, owns it; when its folder is not there
 */
export function ownDatabase(path: string): () => void {
  if (path === ':memory:') return () => {}
  const file = realPath(path)
  try {
    refuseSecondName(file)
    for (const made of [file, `${file}.owner`]) keepPrivate(made)
  } catch (error) {
    throw asUnwritable(path, error)
  }
  // Of a server that was killed.
  for (const left of [`${file}-wal`, `${file}-shm`]) restrict(left)
  const lock = new DatabaseSync(`${file}.owner`)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== 5) throw cause
    throw new Error(
      `Another server has the database ${path} open, and a SQLite file serves one: stop that one first, or name another file in DATABASE_URL.`,
      { cause },
    )
  }
  return () => lock.close()
}

/** By another name the same file would have another lock, and another log. */
function refuseSecondName(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.nlink ?? 1) === 1) return
  throw new Error(
    `The database ${file} has a second name (a hard link), under which another server might open it: delete one of the two.`,
  )
}

/** Two names of one file must meet at one lock. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const whole = resolve(path)
  return join(realFolder(dirname(whole)), basename(whole))
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch (cause) {
    throw new Error(
      `DATABASE_URL names a file in ${folder}, which is not a folder that can be read (${(cause as NodeJS.ErrnoException).code}): make it, or name another file.`,
      { cause },
    )
  }
}
