/** The database: limits of waits, sizes of batches and steps. They are ours, and no promise. */
import { minute, second } from './time.ts'

/** PostgreSQL. Every wait has a limit: for a connection, a lock, a server that is silent. */
export const postgresRules = {
  connectWithinMs: 5 * second,
  statementWithinMs: 10 * second,
  /** In addition to the server's own limit, for a server that is gone. */
  silenceMs: 5 * second,
  idleMs: 30 * second,
  /** One migration, or the wait for another process that applies one. */
  migrationWithinMs: 10 * minute,
  /** Of several processes that create the first tables at once. */
  createTries: 20,
  /** Statements on one shared connection: behind more, the last would wait too long. */
  pipelineDepth: 16,
  /** A transaction that was undone for another one runs again; its pauses grow by `pauseMs`. */
  lostRaces: { tries: 6, pauseMs: 10 },
  /** Without batches half of the connections are pipelined. */
  connections: { batched: 10, unbatched: 32 },
  openBatches: { maxInputs: 64, maxBatches: 2 },
  /** Users whose numbers a process keeps where a look-up of a name asks another machine. */
  rememberedUsers: 100_000,
  eventBatches: { maxInputs: 32, maxBatches: 2 },
} as const

export const sqliteRules = {
  /** How long a statement waits for a backup or a shell that locks the file. */
  busyTimeoutMs: 2 * second,
  /** A log that grew longer beside a long read transaction is cut to this when it begins anew. */
  maxLogBytes: 64 * 2 ** 20,
  /** SQLite maps 2 GB at most; the system reclaims mapped memory when others need it. */
  mappedBytes: 2 ** 31 - 2 ** 16,
  cacheKilobytes: 16_384,
  /** Calls that are committed before the turn ends, so that the committer works meanwhile. */
  maxQueued: 32,
  /**
   * Pages (4 KB) in the log from which on a checkpoint runs. Few, since commits wait while the disk
   * syncs a checkpoint: 4,000 pages at once doubled the 99th percentile.
   */
  checkpointAtPages: 1_000,
  /**
   * If the checkpoints cannot keep up, the writer waits once at so many pages, and the log does not
   * fill the disk.
   */
  maxPages: 16_000,
  /** Between two tries to empty the log of what was erased. */
  emptyEveryMs: 5 * second,
  /** A look at the size of the log costs some microseconds. */
  commitsBetweenLooks: 8,
} as const

/** One step of a sweep is a transaction. */
export const sweepRules = {
  usersPerStep: 200,
  arrivalsPerStep: 500,
  auditPerStep: 500,
  mediaPerStep: 50,
  recipientsPerStep: 500,
  tagFactsPerStep: 1_000,
  /** Of each table. */
  erasedPerStep: 500,
  /** Erased users that one statement finds. */
  erasuresPerLook: 200,
  /** Counts of days that are stored: of today and of the two days before. */
  userDays: 2,
} as const
