import { postgresRules } from '../../rules/database.ts'
import { createMonotonicClock, silentLog, systemRandom } from '../../runtime/world.ts'
import type { Log, MonotonicClock, Random } from '../../runtime/world.ts'
import { StoreClosedError, StoreUnavailableError, type Store } from '../store.ts'
import { createOperations, writes } from '../operations/all-operations.ts'
import { perform, type AsyncSql } from './sql.ts'
import { createDatabase, type Database } from './database.ts'
import { createCitusClaims } from './citus-claims.ts'
import { createCitusDialect } from './citus-dialect.ts'
import { copiedTable, isDistributed } from './distribute.ts'
import { createIngest } from './events-fast-path.ts'
import { migrate } from './migrate.ts'
import { createOpenMessage } from './open-fast-path.ts'
import { countRequest, sweepRequestCounts } from './request-counts.ts'
import { findRisks } from './risks.ts'
import { createSettle } from './settle-fast-path.ts'

export type PostgresKind = 'postgres' | 'citus'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string
  /**
   * The most connections of this process. Default: 10; 32 without `batchWrites`, since connections
   * then let the database sync many commits at once: half of them are pipelined for single
   * statements, the others are for transactions.
   */
  connections?: number
  /**
   * Open messages and record events of many users in one statement under load: see batcher.ts.
   * Default: true. Set it to false if the engine spans several machines.
   */
  batchWrites?: boolean
  /** Default: `citus` where tables are distributed, else `postgres`. */
  kind?: PostgresKind
  /**
   * For pauses between retries, and warnings about unsafe settings. Default: this machine's, and no
   * log.
   */
  world?: { monotonic: MonotonicClock; random?: Random; log?: Pick<Log, 'warn'> }
}

/**
 * The ledger in PostgreSQL, for any number of processes. Each promise resolves when its transaction
 * is committed. If the connection breaks during the commit, the outcome is unknown, and a repeated
 * call finds the work done.
 *
 * Leases are in rows and run on the database's clock, so that all processes agree on them. Leases
 * of a process that died end by time. Needs rows, unique keys and row locks of the engine, and no
 * more: no advisory locks, no notifications, no stored code.
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const world = {
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
    ...options.world,
  }
  const { batched, unbatched } = postgresRules.connections
  const { kind, batchWrites = true, connections = batchWrites ? batched : unbatched } = options
  const pipelined = batchWrites ? 0 : Math.floor(connections / 2)
  const db = createDatabase({ ...options, connections, pipelined, world })
  /** `undefined`: not known yet. */
  let isCitus: boolean | undefined
  const ready = createReady(async () => {
    await migrate(db)
    isCitus = await db.query(findKind(kind))
    if (isCitus) db.speak(createCitusDialect())
    await db.query(warnOfRisks(world.log))
  })
  const query: Database['query'] = async (work) => {
    await ready()
    return db.query(work)
  }
  const brief: Database['brief'] = async (work) => {
    await ready()
    return db.brief(work)
  }
  const transact: Database['transact'] = async (work, rest) => {
    await ready()
    return db.transact(work, rest)
  }

  const shared = createOperations({
    read: (question) => query((sql) => perform(sql, question)),
    write: (name, input) =>
      transact((sql) => perform(sql, (steps) => writes[name](steps, input as never) as never)),
  })
  /** Citus takes many short statements better than one of many parts. */
  function either<Input, Result>(
    portable: (input: Input) => Promise<Result>,
    fast: (input: Input) => Promise<Result>,
  ) {
    const call = (input: Input): Promise<Result> => {
      if (isCitus === undefined) return ready().then(() => call(input))
      return isCitus ? portable(input) : fast(input)
    }
    return call
  }
  const store: Omit<Store, 'close'> = {
    ...shared,
    ready,
    ping: () => query(ping),
    ingest: either(shared.ingest, createIngest({ query, brief, transact, batchWrites })),
    openMessage: either(
      shared.openMessage,
      createOpenMessage({ query, brief, transact, batchWrites }),
    ),
    settle: either(shared.settle, createSettle({ brief, transact })),
    claimMessages: either(createCitusClaims({ query, transact }), shared.claimMessages),
    countRequest: (input) => query((sql) => countRequest(sql, input)),
    sweep: async (input) => (await shared.sweep(input)) + (await sweepRequestCounts(query, input)),
  }
  return withClose(store, db.close)
}

/** All callers share one try. After a failure the next caller begins another. */
function createReady(work: () => Promise<void>): () => Promise<void> {
  let trying: Promise<void> | undefined
  return () =>
    (trying ??= work().catch((error: unknown) => {
      trying = undefined
      throw error
    }))
}

/**
 * Whether it is Citus.
 *
 * @throws where the setting is another
 */
const findKind =
  (kind: PostgresKind | undefined) =>
  async (sql: AsyncSql): Promise<boolean> => {
    const isCitus = await isDistributed(sql)
    const found = isCitus ? 'citus' : 'postgres'
    if (kind === undefined || kind === found) return isCitus
    throw new Error(
      isCitus
        ? 'REACH_ENGINE is postgres, and the tables are distributed: leave it out.'
        : 'REACH_ENGINE is citus, and the tables are not distributed: run ' +
            'wx-reach-server migrate --distribute.',
    )
  }

async function ping(sql: AsyncSql): Promise<void> {
  // On Citus one that the coordinator holds itself: a worker that is away is no reason to stop.
  const table = sql.dialect.spansMachines ? copiedTable : 'users'
  const row = await sql.get<{ readOnly: string }>(
    `SELECT current_setting('transaction_read_only') AS "readOnly" FROM (VALUES (1)) AS one
     LEFT JOIN (SELECT 1 FROM ${table} LIMIT 1) AS known ON true`,
  )
  if (row?.readOnly === 'off') return
  throw new StoreUnavailableError(
    'The database takes no writes: it is a standby, or default_transaction_read_only is on.',
  )
}

/** Such a database is used all the same, with a warning at every start. */
const warnOfRisks = (log: Pick<Log, 'warn'>) => async (sql: AsyncSql) => {
  for (const { setting, text } of await findRisks(sql)) log.warn({ setting }, text)
}

type Operation = (...args: never[]) => Promise<unknown>

/** Adds `close`, which waits for operations under way and refuses later ones. */
function withClose<Operations extends Record<keyof Operations, Operation>>(
  operations: Operations,
  end: () => Promise<void>,
): Operations & { close(): Promise<void> } {
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  const tracked =
    (operation: Operation): Operation =>
    async (...args) => {
      if (closing) throw new StoreClosedError()
      const done = operation(...args)
      underWay.add(done)
      try {
        return await done
      } finally {
        underWay.delete(done)
      }
    }

  async function close(): Promise<void> {
    await Promise.allSettled(underWay)
    await end()
  }

  const entries = Object.entries<Operation>(operations)
  return {
    ...(Object.fromEntries(entries.map(([name, one]) => [name, tracked(one)])) as Operations),
    close: () => (closing ??= close()),
  }
}
