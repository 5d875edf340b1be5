/** The one process that may write a SQLite file, and the modes of its files. */
import { chmodSync, existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { asUnwritable, inMemory } from './database.ts'

/**
 * Makes this process the only one that writes the database at `path`, until the returned function
 * is called or the process ends, and makes its files readable by their owner only. Several writers
 * of one file starve each other, and leases rely on one process.
 *
 * The lock is the operating system's, on an empty file `PATH.owner` beside the database, held by a
 * transaction that never ends. The system drops it with the process, also after SIGKILL, so that
 * nothing needs to be cleaned up. The database itself is not locked: a shell may read it and a
 * backup may run.
 *
 * @throws if another process, or another store of this one, owns it; if its folder does not exist
 */
export function ownDatabase(path: string): () => void {
  if (path === inMemory) return () => {}
  const file = realPath(path)
  try {
    refuseSecondName(file)
    for (const made of [file, `${file}.owner`]) keepPrivate(made)
  } catch (error) {
    throw asUnwritable(path, error)
  }
  // Files that a killed server left.
  for (const left of [`${file}-wal`, `${file}-shm`]) restrict(left)
  const lock = new DatabaseSync(`${file}.owner`)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== 5) throw cause
    throw new Error(
      `Another server has the database ${path} open, and a SQLite file serves one: stop that one ` +
        'first, or name another file in DATABASE_URL.',
      { cause },
    )
  }
  return () => lock.close()
}

/** Under another name the same file would have another lock and another log. */
function refuseSecondName(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.nlink ?? 1) === 1) return
  throw new Error(
    `The database ${file} has a second name (a hard link), under which another server might open ` +
      'it: delete one of the two.',
  )
}

/** Two paths of one file must lead to one lock. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const whole = resolve(path)
  return join(realFolder(dirname(whole)), basename(whole))
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Error(
      `DATABASE_URL names a file in ${folder}, which is not a folder that can be read (${code}): ` +
        'make it, or name another file.',
      { cause },
    )
  }
}

const ownersOnly = 0o600

/**
 * Creates `file` if it does not exist, and lets only its owner read and write it, since credits are
 * secrets. SQLite gives the `-wal` and `-shm` files the mode of their database.
 */
function keepPrivate(file: string): void {
  // An existing file is not opened: closing it would release all locks of this process on it.
  unless(['EEXIST'], () => writeFileSync(file, '', { flag: 'wx', mode: ownersOnly }))
  restrict(file)
}

/** As `keepPrivate`, for a file that need not exist. */
function restrict(file: string): void {
  // Files of another user, and disks without modes, are protected by other means.
  unless(['ENOENT', 'EPERM', 'ENOTSUP'], () => chmodSync(file, ownersOnly))
}

function unless(codes: readonly string[], act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
