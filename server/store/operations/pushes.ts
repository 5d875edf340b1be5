/** Pushes (消息推送), each recorded once, and what they change. */
import { pushesKnownMs } from '../../rules/pushes.ts'
import { pushKey } from '../rows.ts'
import type { Sql } from '../sql.ts'
import type { RecordPush, UserNumber } from '../store.ts'
import { isNewConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { openWindow } from './customer-windows.ts'
import { recordDelivery } from './deliveries.ts'
import { findUser, internUser, isBelowMinimum, lockUser } from './users.ts'

export async function recordPush(sql: Sql, input: RecordPush): Promise<'accepted' | 'duplicate'> {
  // If one push comes twice at once, the second waits here until the first has been written or
  // undone.
  if (!(await isNewPush(sql, input))) return 'duplicate'
  await applyPush(sql, input)
  return 'accepted'
}

async function isNewPush(sql: Sql, { appId, dedupeKey, nowMs }: RecordPush): Promise<boolean> {
  const written = await sql.run(
    `INSERT INTO pushes (key, received_ms) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET received_ms = excluded.received_ms
     WHERE pushes.received_ms <= excluded.received_ms - ${pushesKnownMs}`,
    pushKey(appId, dedupeKey),
    nowMs,
  )
  return written === 1
}

async function applyPush(sql: Sql, input: RecordPush): Promise<void> {
  const { appId, openId, atMs, nowMs, record } = input
  switch (record.type) {
    case 'none':
      return
    case 'window': {
      const user = await internAndLock(sql, input)
      return openWindow(sql, { user, atMs, nowMs }, record.window)
    }
    case 'consents': {
      const user = await internAndLock(sql, input)
      const recording = { user, nowMs, belowMinimum: await isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if (await isNewConsent(sql, consent)) await addCredit(sql, recording, credit)
      }
      return
    }
    case 'revoked': {
      const user = await internAndLock(sql, input)
      for (const templateId of record.templateIds) {
        await revokeConsents(sql, { user, templateId, atMs }, nowMs)
      }
      return
    }
    case 'deliveries': {
      const user = await findUser(sql, appId, openId)
      if (user === undefined) return
      await lockUser(sql, user)
      for (const delivery of record.deliveries) {
        await recordDelivery(sql, { ...delivery, user, atMs, nowMs })
      }
      return
    }
    default:
      record satisfies never
  }
}

async function internAndLock(sql: Sql, { appId, openId }: RecordPush): Promise<UserNumber> {
  const { user } = await internUser(sql, appId, openId)
  await lockUser(sql, user)
  return user
}
