/** SQLite's READONLY and CANTOPEN, and the system's words for the same. */
const errcodes = new Set([8, 14])
const codes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT'])

/**
 * A file that cannot be written is told at the start, by its name and with what to do: a server that only reads would
 * refuse all that it is sent, later and with other words. Any other error comes back as it is.
 */
export function asUnwritable(path: string, error: unknown): unknown {
  const {
    code = '',
    errcode = 0,
    message,
  } = error as {
    code?: string
    errcode?: number
    message: string
  }
  if (!errcodes.has(errcode & 0xff) && !codes.has(code)) return error
  return new Error(
    `The database ${path} cannot be written (${message}): let the user that runs this server write the file, those beside it and their folder, or name another file in DATABASE_URL.`,
    { cause: error },
  )
}
