import { createMonotonicClock, silentLog, systemRandom } from '../../runtime/world.ts'
import type { Log, MonotonicClock, Random } from '../../runtime/world.ts'
import { StoreUnavailableError } from '../errors.ts'
import {
  countCodes,
  dropCode,
  findCode,
  findQueuedCodes,
  findScene,
  keepCode,
  openCode,
  queueCode,
} from '../operations/codes.ts'
import { findCredits, findHistory } from '../operations/find-credits.ts'
import { findGroup, findShare } from '../operations/find-shares.ts'
import { findMedia, findMediaBytes, keepMedia, renewMedia } from '../operations/media.ts'
import { countSlots, reserveSlot } from '../operations/rate-slots.ts'
import { findSession, findSessionKeys, signIn } from '../operations/sessions.ts'
import { findSuspensions, resumeChannel, suspendChannel } from '../operations/suspensions.ts'
import { sweep, sweepStep } from '../operations/sweep.ts'
import { endTokenLease, findToken, forceToken, leaseToken } from '../operations/tokens.ts'
import { readMessageId } from '../row-ids.ts'
import type { Store } from '../store.ts'
import { claimMessages } from './claim.ts'
import { withClose } from './closing.ts'
import { recordCredit } from './credits.ts'
import { createDatabase } from './database.ts'
import type { Database } from './database.ts'
import { warnOfRisks } from './durability.ts'
import { createEventRecorder } from './event-recorder.ts'
import { createMessageOpener } from './message-opener.ts'
import { findMessage } from './message-row.ts'
import { migrate } from './migrate.ts'
import { recordPush } from './pushes.ts'
import { settleQuickly } from './quick-settle.ts'
import { countRequest, sweepRequestCounts } from './request-counts.ts'
import { settle } from './settle.ts'
import type { Sql } from './sql.ts'
import { findUser } from '../operations/users.ts'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string
  /**
   * At most so many connections of this process. Default: 10, and 32 without `batchWrites`, since then it is they that
   * let the database sync many commits at once: half of them take single statements, one behind another, and the other
   * half is left to transactions.
   */
  connections?: number
  /**
   * Take credits, and record events, of many users in one statement while there is much to do: see gather.ts. Default:
   * true; false where the engine lies on several machines.
   */
  batchWrites?: boolean
  /** Runs pauses between tries, and hears of settings that break promises. Default: this machine's, and no log. */
  world?: { monotonic: MonotonicClock; random?: Random; log?: Pick<Log, 'warn'> }
}

/**
 * The book in PostgreSQL, for as many processes as like. Each promise resolves when its transaction is committed; where
 * the connection breaks at the very commit, nobody knows, and what is asked again is found done.
 *
 * Leases lie in rows and run on the database's clock, so that all processes agree on them; those of a process that died
 * end by time. Needs no more of the engine than rows, unique keys and row locks: no advisory locks, no notifications,
 * no code that lives in the database.
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const world = {
    monotonic: createMonotonicClock(),
    random: systemRandom,
    log: silentLog,
    ...options.world,
  }
  const { batchWrites = true, connections = batchWrites ? 10 : 32 } = options
  const lines = batchWrites ? 0 : Math.floor(connections / 2)
  const db = createDatabase({ ...options, connections, lines, world })
  const ready = createReady(async () => {
    await migrate(db)
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

  const operations: Omit<Store, 'close'> = {
    ready,
    ping: () => query(ping),

    signIn: (input) => transact((sql) => signIn(sql, input)),
    findSession: (tokenHash, nowMs) => query((sql) => findSession(sql, tokenHash, nowMs)),
    findSessionKeys: (user, sinceMs) => query((sql) => findSessionKeys(sql, user, sinceMs)),
    findUser: (appId, openId) => query((sql) => findUser(sql, appId, openId)),

    ingest: createEventRecorder({ query, brief, transact, batchWrites }),
    recordCredit: (input) => transact((sql) => recordCredit(sql, input)),
    findCredits: (appId, openId, nowMs) => query((sql) => findCredits(sql, appId, openId, nowMs)),
    findHistory: (appId, openId) => query((sql) => findHistory(sql, appId, openId)),

    countRequest: (input) => query((sql) => countRequest(sql, input)),

    recordPush: (input) => transact((sql) => recordPush(sql, input)),

    openMessage: createMessageOpener({ query, brief, transact, batchWrites }),
    settle: async (input) =>
      (await brief((sql) => settleQuickly(sql, input))) ?? transact((sql) => settle(sql, input)),
    claimMessages: (input) => transact((sql) => claimMessages(sql, input)),
    async findMessage(appId, id) {
      const place = readMessageId(id)
      return place && query((sql) => findMessage(sql, appId, place.user, place.number))
    },
    suspendChannel: (stop) => transact((sql) => suspendChannel(sql, stop)),
    resumeChannel: (appId, channel) => query((sql) => resumeChannel(sql, { appId, channel })),
    findSuspensions: (appId) => query((sql) => findSuspensions(sql, appId)),

    findToken: (appId) => query((sql) => findToken(sql, appId)),
    leaseToken: (input) => transact((sql) => leaseToken(sql, input)),
    endTokenLease: (input) => transact((sql) => endTokenLease(sql, input)),
    forceToken: (input) => transact((sql) => forceToken(sql, input)),

    reserveSlot: (input) => transact((sql) => reserveSlot(sql, input)),
    countSlots: (appId, nowMs) => query((sql) => countSlots(sql, appId, nowMs)),

    findGroup: (appId, openGId, page) => query((sql) => findGroup(sql, { appId, openGId, page })),
    findShare: (appId, shareId, page) => query((sql) => findShare(sql, { appId, shareId, page })),

    findCode: (appId, key) => query((sql) => findCode(sql, appId, key)),
    openCode: (input) => transact((sql) => openCode(sql, input)),
    keepCode: (input) => transact((sql) => keepCode(sql, input)),
    dropCode: (input) => transact((sql) => dropCode(sql, input)),
    queueCode: (input) => transact((sql) => queueCode(sql, input)),
    findQueuedCodes: (appId, limit) => query((sql) => findQueuedCodes(sql, appId, limit)),
    countCodes: (appId) => query((sql) => countCodes(sql, appId)),
    findScene: (appId, scene) => query((sql) => findScene(sql, appId, scene)),

    keepMedia: (input) => transact((sql) => keepMedia(sql, input)),
    renewMedia: (input) => query((sql) => renewMedia(sql, input)),
    findMedia: (appId, mediaId) => query((sql) => findMedia(sql, appId, mediaId)),
    findMediaBytes: (appId, mediaId) => query((sql) => findMediaBytes(sql, appId, mediaId)),

    sweep: async (input) =>
      (await sweep((step) => transact((sql) => sweepStep(sql, step)), input)) +
      (await sweepRequestCounts(query, input)),
  }
  return withClose(operations, db.close)
}

/** One try for all who wait; after a failure whoever asks next begins another. */
function createReady(work: () => Promise<void>): () => Promise<void> {
  let trying: Promise<void> | undefined
  return () =>
    (trying ??= work().catch((error: unknown) => {
      trying = undefined
      throw error
    }))
}

async function ping(sql: Sql): Promise<void> {
  const row = await sql.get<{ readOnly: string }>(
    `SELECT current_setting('transaction_read_only') AS "readOnly" FROM (VALUES (1)) AS one
     LEFT JOIN (SELECT 1 FROM users LIMIT 1) AS known ON true`,
  )
  if (row?.readOnly === 'off') return
  throw new StoreUnavailableError(
    'The database takes no writes: it is a standby, or default_transaction_read_only is on.',
  )
}
