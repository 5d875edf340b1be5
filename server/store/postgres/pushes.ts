import { pushesKnownMs } from '../../rules/credits.ts'
import { pushKey } from '../row-ids.ts'
import type { RecordPush, UserNumber } from '../store.ts'
import { openWindow } from './allowance.ts'
import { isOwnConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { recordDelivery } from './deliveries.ts'
import type { Sql } from './sql.ts'
import { findUser, internUser, isBelowMinimum, lockUser } from './users.ts'

/** Of one push that comes twice at once, the second waits here until the first is written, or is not. */
export async function recordPush(sql: Sql, input: RecordPush): Promise<'accepted' | 'duplicate'> {
  if (!(await isNew(sql, input))) return 'duplicate'
  await applyRecord(sql, input)
  return 'accepted'
}

async function applyRecord(sql: Sql, input: RecordPush): Promise<void> {
  const { appId, openId, atMs, nowMs, record } = input
  switch (record.type) {
    case 'none':
      return
    case 'window': {
      const user = await lockedUser(sql, input)
      return openWindow(sql, { user, atMs, nowMs }, record.window)
    }
    case 'consents': {
      const user = await lockedUser(sql, input)
      const at = { user, nowMs, belowMinimum: await isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if (await isOwnConsent(sql, consent)) await addCredit(sql, at, credit)
      }
      return
    }
    case 'revoked': {
      const user = await lockedUser(sql, input)
      for (const templateId of record.templateIds) {
        await revokeConsents(sql, { user, templateId, atMs }, nowMs)
      }
      return
    }
    case 'deliveries': {
      const user = await findUser(sql, appId, openId)
      if (user === undefined) return
      await lockUser(sql, user)
      for (const one of record.deliveries) await recordDelivery(sql, { user, atMs, nowMs }, one)
      return
    }
    default:
      record satisfies never
  }
}

async function lockedUser(sql: Sql, { appId, openId }: RecordPush): Promise<UserNumber> {
  const user = await internUser(sql, appId, openId)
  await lockUser(sql, user)
  return user
}

async function isNew(sql: Sql, input: RecordPush): Promise<boolean> {
  const written = await sql.run(
    `INSERT INTO pushes (key, received_ms) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET received_ms = excluded.received_ms
     WHERE pushes.received_ms <= excluded.received_ms - ${pushesKnownMs}`,
    pushKey(input.appId, input.dedupeKey),
    input.nowMs,
  )
  return written === 1
}
