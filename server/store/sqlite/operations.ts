/** All that the writer can do. What needs several writes is one operation, and so one transaction. */
import type { Channel } from '../../../shared/wire/index.ts'
import { claimMessages } from './claim.ts'
import { recordCredit } from './credits.ts'
import { ingest } from './events.ts'
import { openMessage } from './open-message.ts'
import { recordPush } from './pushes.ts'
import { signIn } from './sessions.ts'
import { settle } from './settle.ts'
import type { Statements } from './statements.ts'
import { resumeChannel, suspendChannel, sweepSuspensions } from './stops.ts'
import { sweepArrivals, sweepPushes, sweepSessions, sweepUsers } from './sweep.ts'
import { endTokenLease, forceToken, leaseToken } from './tokens.ts'
import { reserveSlot } from './turns.ts'
import { wxaOperations } from './wxa-store.ts'

/** Changes nothing, and fails where nothing can be written: on a full disk, on a file that is locked. */
const touch = (sql: Statements) =>
  void sql(
    'UPDATE migrations SET name = name WHERE name = (SELECT max(name) FROM migrations)',
  ).run()

export const operations = {
  touch,
  signIn,
  ingest,
  recordCredit,
  recordPush,
  openMessage,
  settle,
  claimMessages,
  suspendChannel,
  resumeChannel: (sql: Statements, { appId, channel }: { appId: string; channel: Channel }) =>
    resumeChannel(sql, appId, channel),
  leaseToken,
  endTokenLease,
  forceToken,
  reserveSlot,
  sweepUsers,
  sweepArrivals,
  sweepSessions,
  sweepPushes,
  sweepSuspensions,
  ...wxaOperations,
}
