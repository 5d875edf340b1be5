import { createMonotonicClock, type MonotonicClock } from '../../runtime/world.ts'
import { createOperations, type Engine } from '../operations/all-operations.ts'
import { codeState, isUnsettled } from '../rows.ts'
import { StoreClosedError, type CountRequest, type RequestCount, type Store } from '../store.ts'
import { attempt, inMemory, openReader, openWriter, pragma, type Database } from './database.ts'
import { migrate } from './migrate.ts'
import { ownDatabase } from './owner.ts'
import { createSql, runSteps } from './sql.ts'
import { createWorkerCommitter, type OnCommit } from './worker-committer.ts'
import { asStoreError, createInlineCommitter, createWriter, operations } from './writer.ts'
import type { Committer } from './writer.ts'

interface SqliteStoreOptions {
  /**
   * The database file, created if it does not exist; its folder must exist. `:memory:`: a database
   * that ends with the process.
   */
  path: string
  /** Its clock runs leases and backoff. Default: this machine's. */
  world?: { monotonic: MonotonicClock }
  /** Called after each commit to a file. Default: none. */
  onCommit?: OnCommit
}

/**
 * The ledger in one SQLite file, for one process: a second one is refused (see `ownDatabase`). Each
 * promise resolves when its write is synced to the disk.
 *
 * Leases: only the process that owns the file sends. At its start it ends every lease in the file
 * and makes every queued message due. While it runs, a lease of another holder ends after `leaseMs`
 * of the machine's monotonic clock; a holder never loses a lease to itself. The platform's clock
 * moves neither.
 *
 * @throws if another process owns the file, if a newer version wrote it, if it cannot be synced
 */
export function createSqliteStore({ path, world, onCommit }: SqliteStoreOptions): Store {
  const monotonic = world?.monotonic ?? createMonotonicClock()
  const originMs = monotonic.now()
  const engineNow = () => monotonic.now() - originMs

  const disown = ownDatabase(path)
  const { reader, committer } = open(path, disown, onCommit)
  const writer = createWriter<typeof operations>(committer, engineNow)
  const sql = createSql(reader, { now: engineNow })

  const read: Engine['read'] = async (question) => {
    if (!reader.isOpen) throw new StoreClosedError()
    try {
      return runSteps(question(sql))
    } catch (error) {
      throw asStoreError(error)
    }
  }

  /** All concurrent pings share one write. */
  let pinging: Promise<void> | undefined
  const ping = () => writer.run('touch', undefined).then(() => {})
  const countRequest = createRequestCounts(engineNow)

  return {
    ...createOperations({ read, write: writer.run }),
    async ready() {
      if (!reader.isOpen) throw new StoreClosedError()
    },
    ping: () => (pinging ??= ping().finally(() => (pinging = undefined))),
    countRequest: async (input) => countRequest(input),
    async close() {
      // The last connection to close checkpoints the log, which a reader cannot.
      if (path !== inMemory && reader.isOpen) reader.close()
      await writer.close()
      disown()
    },
  }
}

function open(
  path: string,
  disown: () => void,
  onCommit: OnCommit | undefined,
): { reader: Database; committer: Committer } {
  let db: Database | undefined
  try {
    db = openWriter(path)
    migrate(db)
    endForeignLeases(db)
    // A process that was killed may have left in the log what was erased.
    attempt(() => pragma(db!, 'wal_checkpoint(TRUNCATE)'))
    if (path === inMemory) return { reader: db, committer: createInlineCommitter(db, operations) }
    const reader = openReader(path)
    db.close()
    return { reader, committer: createWorkerCommitter(path, onCommit) }
  } catch (error) {
    if (db?.isOpen) db.close()
    disown()
    throw error
  }
}

/**
 * Ends the leases of earlier processes, which have all ended, and makes their messages due. Their
 * times are of another clock, whose 0 is this one's past.
 */
function endForeignLeases(db: Database): void {
  db.exec(`
    UPDATE messages SET due = 0, holder = '' WHERE ${isUnsettled};
    UPDATE apps SET watched_until = 0 WHERE watched_until IS NOT NULL;
    UPDATE webhook_deliveries SET due = 0 WHERE due IS NOT NULL;
    UPDATE broadcast_recipients SET lease_ends = 0 WHERE lease_ends IS NOT NULL;
    UPDATE tokens SET holder = NULL, until = NULL WHERE holder IS NOT NULL;
    UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = true,
      state = CASE WHEN request IS NULL THEN ${codeState.idle} ELSE ${codeState.waiting} END
    WHERE state < ${codeState.idle} AND state = ${codeState.making}`)
}

/** In memory: one process owns the file, and counts that a restart loses harm nobody. */
function createRequestCounts(engineNow: () => number) {
  /** One window of each length, so that only the callers of one window take memory. */
  const windows = new Map<number, { endsAt: number; counts: Map<string, number> }>()
  return ({ key, windowMs, by = 1 }: CountRequest): RequestCount => {
    const now = engineNow()
    let window = windows.get(windowMs)
    if (!window || now >= window.endsAt) {
      window = { endsAt: now + windowMs, counts: new Map() }
      windows.set(windowMs, window)
    }
    const count = (window.counts.get(key) ?? 0) + by
    window.counts.set(key, count)
    return { count, leftMs: window.endsAt - now }
  }
}
