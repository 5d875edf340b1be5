import { createMonotonicClock } from '../../runtime/world.ts'
import type { MonotonicClock } from '../../runtime/world.ts'
import { countCodes, findCode, findQueuedCodes, findScene } from '../operations/codes.ts'
import { findCredits, findHistory } from '../operations/find-credits.ts'
import { findGroup, findShare } from '../operations/find-shares.ts'
import { findMedia, findMediaBytes } from '../operations/media.ts'
import { countSlots } from '../operations/rate-slots.ts'
import { findSession, findSessionKeys } from '../operations/sessions.ts'
import { findSuspensions } from '../operations/suspensions.ts'
import { sweep } from '../operations/sweep.ts'
import { findToken } from '../operations/tokens.ts'
import { readMessageId } from '../row-ids.ts'
import type { Store } from '../store.ts'
import { createCommitterHere, createSerial } from './committer-here.ts'
import type { Serial } from './committer-here.ts'
import { createCommitterOnThread } from './committer-on-thread.ts'
import type { OnCommit } from './committer-on-thread.ts'
import { inMemory, openReader, openWriter } from './database.ts'
import type { Database } from './database.ts'
import { endForeignLeases } from './foreign-leases.ts'
import { asStoreError } from './group-commit.ts'
import { findMessage } from './message-row.ts'
import { migrate } from './migrate.ts'
import { operations } from './operations.ts'
import { ownDatabase } from './owner.ts'
import { createRequestCounts } from './request-counts.ts'
import { createStatements } from './statements.ts'
import type { Statements } from './statements.ts'
import { findUser } from '../operations/users.ts'
import { createWriter, databaseClosed } from './writer.ts'
import type { Committer } from './writer.ts'

export interface SqliteStoreOptions {
  /** The database file, made if it is not there, in a folder that is; `:memory:` for one that ends with the process. */
  path: string
  /** Runs leases and backoff. Default: this machine's. */
  world?: { monotonic: MonotonicClock }
  /** Of a file: how many calls each commit was for, and how long it took. Default: nobody hears of it. */
  onCommit?: OnCommit
}

/**
 * The book in one SQLite file, for one process: a second one is refused (see `ownDatabase`). Each promise
 * resolves when its write is synced to the disk.
 *
 * Leases: the process that owns the file is the only one that sends, so at the start every lease found in it is dead
 * and every queued message due. Within the process a lease of another holder ends after `leaseMs` of
 * the machine's monotonic clock; a holder never loses a lease to itself. The platform's clock moves neither.
 *
 * @throws when another process owns the file, when the file is of a newer version, when it cannot be synced
 */
export function createSqliteStore({ path, world, onCommit }: SqliteStoreOptions): Store {
  const monotonic = world?.monotonic ?? createMonotonicClock()
  const originMs = monotonic.now()
  const engineNow = () => monotonic.now() - originMs

  const disown = ownDatabase(path)
  const { reader, committer, serial } = open(path, disown, onCommit)
  const writer = createWriter<typeof operations>(committer, engineNow)
  const read = createStatements(reader, {
    get nowMs() {
      return engineNow()
    },
  })

  async function query<Result>(
    question: (sql: Statements) => Result | Promise<Result>,
  ): Promise<Result> {
    if (!reader.isOpen) throw databaseClosed()
    try {
      return await (serial ? serial(() => question(read)) : question(read))
    } catch (error) {
      throw asStoreError(error)
    }
  }

  /** However many ask at once, one write answers them. */
  let pinging: Promise<void> | undefined
  const countRequest = createRequestCounts(engineNow)

  return {
    ready: () => query(() => {}),
    ping: () => (pinging ??= writer.run('touch', undefined).finally(() => (pinging = undefined))),

    signIn: (input) => writer.run('signIn', input),
    findSession: (tokenHash, nowMs) => query((sql) => findSession(sql, tokenHash, nowMs)),
    findSessionKeys: (user, sinceMs) => query((sql) => findSessionKeys(sql, user, sinceMs)),
    findUser: (appId, openId) => query((sql) => findUser(sql, appId, openId)),

    ingest: (input) => writer.run('ingest', input),
    recordCredit: (input) => writer.run('recordCredit', input),
    findCredits: (appId, openId, nowMs) => query((sql) => findCredits(sql, appId, openId, nowMs)),
    findHistory: (appId, openId) => query((sql) => findHistory(sql, appId, openId)),

    countRequest: async (input) => countRequest(input),

    recordPush: (input) => writer.run('recordPush', input),

    openMessage: (input) =>
      writer.run('openMessage', { input, dueMs: engineNow() + input.leaseMs }),
    settle: (input) => writer.run('settle', { input, engineMs: engineNow() }),
    claimMessages: (input) => writer.run('claimMessages', { input, engineMs: engineNow() }),
    findMessage: (appId, id) =>
      query((sql) => {
        const place = readMessageId(id)
        return place && findMessage(sql, appId, place.user, place.number)
      }),
    suspendChannel: (stop) => writer.run('suspendChannel', stop),
    resumeChannel: (appId, channel) => writer.run('resumeChannel', { appId, channel }),
    findSuspensions: (appId) => query((sql) => findSuspensions(sql, appId)),

    findToken: (appId) => query((sql) => findToken(sql, appId)),
    leaseToken: (input) => writer.run('leaseToken', input),
    endTokenLease: (input) => writer.run('endTokenLease', input),
    forceToken: (input) => writer.run('forceToken', input),

    reserveSlot: (input) => writer.run('reserveSlot', input),
    countSlots: (appId, nowMs) => query((sql) => countSlots(sql, appId, nowMs)),

    findGroup: (appId, openGId, page) => query((sql) => findGroup(sql, { appId, openGId, page })),
    findShare: (appId, shareId, page) => query((sql) => findShare(sql, { appId, shareId, page })),

    findCode: (appId, key) => query((sql) => findCode(sql, appId, key)),
    openCode: (input) => writer.run('openCode', input),
    keepCode: (input) => writer.run('keepCode', input),
    dropCode: (input) => writer.run('dropCode', input),
    queueCode: (input) => writer.run('queueCode', input),
    findQueuedCodes: (appId, limit) => query((sql) => findQueuedCodes(sql, appId, limit)),
    countCodes: (appId) => query((sql) => countCodes(sql, appId)),
    findScene: (appId, scene) => query((sql) => findScene(sql, appId, scene)),

    keepMedia: (input) => writer.run('keepMedia', input),
    renewMedia: (input) => writer.run('renewMedia', input),
    findMedia: (appId, mediaId) => query((sql) => findMedia(sql, appId, mediaId)),
    findMediaBytes: (appId, mediaId) => query((sql) => findMediaBytes(sql, appId, mediaId)),

    sweep: (input) => sweep((step) => writer.run('sweepStep', step), input),

    async close() {
      // The last connection to close carries the log into the file, which one that only reads cannot.
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
): { reader: Database; committer: Committer; serial?: Serial } {
  let db: Database | undefined
  try {
    db = openWriter(path)
    migrate(db)
    const sql = createStatements(db, { nowMs: 0 })
    endForeignLeases(sql)
    if (path === inMemory) {
      const serial = createSerial()
      return { reader: db, committer: createCommitterHere(db, operations, serial), serial }
    }
    const reader = openReader(path)
    db.close()
    return { reader, committer: createCommitterOnThread(path, onCommit) }
  } catch (error) {
    if (db?.isOpen) db.close()
    disown()
    throw error
  }
}
