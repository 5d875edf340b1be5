/** Settings that come from files, as container platforms mount secrets. */
import { isUtf8 } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { maxSecretFileBytes } from '../rules/keys.ts'
import { decodeText } from '../runtime/encoding.ts'
import type { ReadSecretFile } from './settings-reader.ts'

/** @param options.isPrivate refuses a file that others than its owner can read */
export const createSecretFiles =
  ({ isPrivate }: { isPrivate: boolean }): ReadSecretFile =>
  (path) => {
    let file: number | undefined
    try {
      // Without waiting for the writer of a pipe.
      file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
      const problem = problemOf(fstatSync(file), isPrivate)
      if (problem) return { problem }
      const bytes = readFileSync(file)
      if (!isUtf8(bytes)) return { problem: 'names a file that is not text in UTF-8' }
      return { value: decodeText(bytes) }
    } catch (error) {
      const { code = 'unknown reason' } = error as NodeJS.ErrnoException
      return { problem: `names a file that cannot be read (${code})` }
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }

function problemOf(stats: Stats, isPrivate: boolean): string | undefined {
  if (!stats.isFile()) return 'names something that is not a file'
  if (stats.size > maxSecretFileBytes) {
    return `names a file of over ${maxSecretFileBytes / 1_024} KB`
  }
  if (!isPrivate || isReadByOwnerOnly(stats)) return undefined
  // To root the exception below is of no use.
  const orGroup = process.geteuid?.() === 0 ? '' : ', or to 0640 if it belongs to root'
  return `names a file that its group or others can read: set its mode to 0600${orGroup}`
}

/**
 * The group may read a file of root, as PostgreSQL has it for its keys: so Kubernetes mounts
 * secrets for a process that is not root. Windows has no such modes.
 */
function isReadByOwnerOnly({ mode, uid }: Stats): boolean {
  const user = process.geteuid?.()
  if (user === undefined) return true
  const isOfRoot = uid === 0 && user !== 0
  return (mode & (isOfRoot ? 0o027 : 0o077)) === 0
}
