import { chmodSync, writeFileSync } from 'node:fs'

const ownersOnly = 0o600

/**
 * Makes `file` where there is none, and lets its owner alone read and write it: the book holds what a message can be
 * sent with. SQLite gives a file's mode on to the `-wal` and `-shm` that it makes beside it.
 */
export function keepPrivate(file: string): void {
  // Never opened when it is there: closing it again would end every lock that this process holds on it.
  unless(['EEXIST'], () => writeFileSync(file, '', { flag: 'wx', mode: ownersOnly }))
  restrict(file)
}

/** As `keepPrivate`, for a file that need not be there. */
export function restrict(file: string): void {
  // A file of another user and a disk that knows no modes are guarded by whoever set them up.
  unless(['ENOENT', 'EPERM', 'ENOTSUP'], () => chmodSync(file, ownersOnly))
}

function unless(codes: readonly string[], act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
