/** All that the writer can do. What needs several writes is one operation, and so one transaction. */
import { dropCode, keepCode, openCode, queueCode } from '../operations/codes.ts'
import { keepMedia, renewMedia } from '../operations/media.ts'
import { reserveSlot } from '../operations/rate-slots.ts'
import { signIn } from '../operations/sessions.ts'
import { resumeChannel, suspendChannel } from '../operations/suspensions.ts'
import { sweepStep } from '../operations/sweep.ts'
import { endTokenLease, forceToken, leaseToken } from '../operations/tokens.ts'
import { claimMessages } from './claim.ts'
import { recordCredit } from './credits.ts'
import { ingest } from './events.ts'
import { openMessage } from './open-message.ts'
import { recordPush } from './pushes.ts'
import { settle } from './settle.ts'
import type { Statements } from './statements.ts'

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
  resumeChannel,
  leaseToken,
  endTokenLease,
  forceToken,
  reserveSlot,
  openCode,
  keepCode,
  dropCode,
  queueCode,
  keepMedia,
  renewMedia,
  sweepStep,
}
