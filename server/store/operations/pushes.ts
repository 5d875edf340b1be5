/** Pushes (消息推送), each recorded once, and what they change. */
import { pushesKnownMs } from '../../rules/pushes.ts'
import { pushKey } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { RecordPush, UserNumber } from '../store.ts'
import { isNewConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { openWindow } from './customer-windows.ts'
import { recordDelivery } from './deliveries.ts'
import { findUser, internUser, isBelowMinimum, lockUser } from './users.ts'

export function* recordPush(sql: Sql, input: RecordPush): Operation<'accepted' | 'duplicate'> {
  // If one push comes twice at once, the second waits here until the first has been written or
  // undone.
  if (!(yield* isNewPush(sql, input))) return 'duplicate'
  yield* applyPush(sql, input)
  return 'accepted'
}

function* isNewPush(sql: Sql, { appId, dedupeKey, nowMs }: RecordPush): Operation<boolean> {
  const written = yield* sql.run(
    `INSERT INTO pushes (key, received_ms) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET received_ms = excluded.received_ms
     WHERE pushes.received_ms <= excluded.received_ms - ${pushesKnownMs}`,
    pushKey(appId, dedupeKey),
    nowMs,
  )
  return written === 1
}

function* applyPush(sql: Sql, input: RecordPush): Operation<void> {
  const { appId, openId, atMs, nowMs, record } = input
  switch (record.type) {
    case 'none':
      return
    case 'window': {
      const user = yield* internAndLock(sql, input)
      return yield* openWindow(sql, { user, atMs, nowMs }, record.window)
    }
    case 'consents': {
      const user = yield* internAndLock(sql, input)
      const recording = { user, nowMs, belowMinimum: yield* isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if (yield* isNewConsent(sql, consent)) yield* addCredit(sql, recording, credit)
      }
      return
    }
    case 'revoked': {
      const user = yield* internAndLock(sql, input)
      for (const templateId of record.templateIds) {
        yield* revokeConsents(sql, { user, templateId, atMs }, nowMs)
      }
      return
    }
    case 'deliveries': {
      const user = yield* findUser(sql, appId, openId)
      if (user === undefined) return
      yield* lockUser(sql, user)
      for (const delivery of record.deliveries) {
        yield* recordDelivery(sql, { ...delivery, user, atMs, nowMs })
      }
      return
    }
    default:
      record satisfies never
  }
}

function* internAndLock(sql: Sql, { appId, openId }: RecordPush): Operation<UserNumber> {
  const { user } = yield* internUser(sql, appId, openId)
  yield* lockUser(sql, user)
  return user
}
