import { statSync } from 'node:fs'
import { StoreUnavailableError } from '../errors.ts'

/**
 * Looks whether the file at `path` is still the one that was opened. A file that was deleted or replaced takes writes for
 * as long as it is open, and loses them all when it is closed.
 */
export function createFileCheck(path: string): () => StoreUnavailableError | undefined {
  const opened = identityOf(path)
  return () => (identityOf(path) === opened ? undefined : fileIsGone())
}

function identityOf(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false })
  return file && `${file.dev}:${file.ino}`
}

const fileIsGone = () =>
  new StoreUnavailableError(
    'The database file was deleted or replaced while the server had it open, and what is written now would be lost: stop the server, put the file back with its -wal, and start it again.',
  )
