import { DatabaseSync } from '@photostructure/sqlite'
import { asUnwritable } from './unwritable.ts'

/** Reservation for as long as its statements are used: it closes when it is collected, and they with it. */
export type Database = InstanceType<typeof DatabaseSync>

/** The path of a database that ends with its only connection. */
export const inMemory = ':memory:'

/** How long a statement waits for a backup or a shell that locks the file. */
const busyTimeoutMs = 2_000

/** A log that had to grow longer, beside one that read for hours, gives the room back when it begins anew. */
const longestLogBytes = 64 * 1024 * 1024

/**
 * Most of what is asked lies anywhere in the file, and was not asked for lately: read where the system has mapped it, it
 * is not copied. The file is mapped as far as SQLite can; what is mapped is the system's memory, and given up when
 * others want it.
 */
const forReading = `PRAGMA mmap_size = ${2 ** 31 - 2 ** 16}; PRAGMA cache_size = -16384`

/**
 * The connection that writes. An acknowledged event must survive a power cut, so each commit is synced to the
 * disk, and that the setting took effect is read back: some builds compile it to another default.
 */
export function openWriter(path: string): Database {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    const journal = pragma(db, 'journal_mode = WAL')
    db.exec(
      `PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${longestLogBytes}; ${forReading}`,
    )
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
  db.exec(forReading)
  return db
}

export function pragma(db: Database, text: string): unknown {
  const row = db.prepare(`PRAGMA ${text}`).get() as Record<string, unknown> | undefined
  return row && Object.values(row)[0]
}

/** SQLite opens for reading what it may not write, and says so at the first write alone. */
function expectWritable(db: Database): void {
  try {
    // BEGIN IMMEDIATE does not: where nothing can be written it begins to read.
    db.exec('BEGIN; PRAGMA user_version = 0')
  } catch (error) {
    // A shell or a backup that holds the file now will not hold it for ever.
    if ((error as { errcode?: number }).errcode !== 5) throw error
  }
  if (db.isTransaction) db.exec('ROLLBACK')
}

function expectSetting(name: string, is: unknown, expected: unknown): void {
  if (is === expected) return
  throw new Error(
    `SQLite's ${name} is ${String(is)} and not ${String(expected)}, so a power cut could lose what was acknowledged. Put the database on a local disk.`,
  )
}
