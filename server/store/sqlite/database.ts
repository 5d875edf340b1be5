/** Connections to a SQLite file, and the threads that open it. */
import { DatabaseSync } from '@photostructure/sqlite'
import { sqliteRules } from '../../rules/database.ts'
import { openKey } from '../rows.ts'

/**
 * Keep a reference while its statements are in use: once it is collected, it closes and they fail.
 */
export type Database = InstanceType<typeof DatabaseSync>

/** The path of a database that ends with its only connection. */
export const inMemory = ':memory:'

const { busyTimeoutMs, cacheKilobytes, mappedBytes, maxLogBytes } = sqliteRules

/** Most lookups are anywhere in the file and rarely repeat: mapped memory needs no copy. */
const forReading = `PRAGMA mmap_size = ${mappedBytes}; PRAGMA cache_size = -${cacheKilobytes}`

/** Adds the SQL function by which an openId is found: see `findByOpenKey` in migrate.ts. */
export const addOpenKey = (db: Pick<Database, 'function'>): void =>
  db.function('open_key', { deterministic: true }, openKey)

/**
 * The connection that writes. Each commit is synced to the disk, since an acknowledged event must
 * survive a power cut. The setting is read back, since some builds compile in another default.
 */
export function openWriter(path: string): Database {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    addOpenKey(db)
    const journal = pragma(db, 'journal_mode = WAL')
    // Else the bytes of what was deleted, an openId among them, would stay in the file.
    db.exec('PRAGMA secure_delete = ON')
    db.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${maxLogBytes}; ${forReading}`)
    if (path === inMemory) return db
    expectSetting('journal_mode', journal, 'wal')
    expectSetting('synchronous', pragma(db, 'synchronous'), 2)
    expectWritable(db)
    return db
  } catch (error) {
    db.close()
    throw asUnwritable(path, error)
  }
}

/** A connection that reads beside the writer. */
export function openReader(path: string): Database {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: true })
  addOpenKey(db)
  db.exec(forReading)
  return db
}

export function pragma(db: Database, text: string): unknown {
  const row = db.prepare(`PRAGMA ${text}`).get() as Record<string, unknown> | undefined
  return row && Object.values(row)[0]
}

/** SQLite opens a file that it may not write for reading, and fails at the first write only. */
function expectWritable(db: Database): void {
  try {
    // BEGIN IMMEDIATE does not fail: where nothing can be written it begins a read transaction.
    db.exec('BEGIN; PRAGMA user_version = 0')
  } catch (error) {
    // BUSY: a shell or a backup holds the file for a while.
    if ((error as { errcode?: number }).errcode !== 5) throw error
  }
  if (db.isTransaction) db.exec('ROLLBACK')
}

function expectSetting(name: string, is: unknown, expected: unknown): void {
  if (is === expected) return
  throw new Error(
    `SQLite's ${name} is ${String(is)} and not ${String(expected)}, so a power cut could lose ` +
      'what was acknowledged. Put the database on a local disk.',
  )
}

/** SQLite's READONLY and CANTOPEN, and the system's codes for the same. */
const unwritableErrcodes = new Set([8, 14])
const unwritableCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT'])

/**
 * Names a file that cannot be written, and what to do, at the start: later each request would fail
 * with another message. Returns any other error as it is.
 */
export function asUnwritable(path: string, error: unknown): unknown {
  type Failure = { code?: string; errcode?: number; message: string }
  const { code = '', errcode = 0, message } = error as Failure
  if (!unwritableErrcodes.has(errcode & 0xff) && !unwritableCodes.has(code)) return error
  return new Error(
    `The database ${path} cannot be written (${message}): let the user that runs this server ` +
      'write the file, those beside it and their folder, or name another file in DATABASE_URL.',
    { cause: error },
  )
}

/**
 * For work that may fail now and is tried again later, such as a checkpoint on a full disk. Commits
 * are in the log all the same, and a disk that takes no writes fails the next commit.
 */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/**
 * The file that a thread of this folder runs. Node 20 cannot run TypeScript: where the sources
 * themselves run, as in tests, this is the file that the build has made of them.
 */
export function threadFile(name: string): URL {
  const here = import.meta.url
  const folder = here.endsWith('.ts') ? '../../../dist/server/store/sqlite/' : './'
  return new URL(`${folder}${name}.js`, here)
}
