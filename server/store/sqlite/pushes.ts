import { pushesKnownMs } from '../../rules/credits.ts'
import { pushKey } from '../row-ids.ts'
import type { RecordPush } from '../store.ts'
import { openWindow } from './allowance.ts'
import { isOwnConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { recordDelivery } from './deliveries.ts'
import type { Statements } from './statements.ts'
import { findUser, internUser, isBelowMinimum } from './users.ts'

export function recordPush(sql: Statements, input: RecordPush): 'accepted' | 'duplicate' {
  if (!isNew(sql, input)) return 'duplicate'
  const { appId, openId, atMs, nowMs, record } = input
  switch (record.type) {
    case 'none':
      break
    case 'window':
      openWindow(sql, { user: internUser(sql, appId, openId), atMs, nowMs }, record.window)
      break
    case 'consents': {
      const user = internUser(sql, appId, openId)
      const at = { user, nowMs, belowMinimum: isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if (isOwnConsent(sql, consent)) addCredit(sql, at, credit)
      }
      break
    }
    case 'revoked': {
      const user = internUser(sql, appId, openId)
      for (const templateId of record.templateIds) {
        revokeConsents(sql, { user, templateId, atMs }, nowMs)
      }
      break
    }
    case 'deliveries': {
      const user = findUser(sql, appId, openId)
      if (user === undefined) break
      for (const delivery of record.deliveries) recordDelivery(sql, { user, atMs, nowMs }, delivery)
      break
    }
    default:
      record satisfies never
  }
  return 'accepted'
}

function isNew(sql: Statements, input: RecordPush): boolean {
  const written = sql(
    `INSERT INTO pushes (key, received_ms) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET received_ms = excluded.received_ms
     WHERE received_ms <= excluded.received_ms - ${pushesKnownMs}`,
  ).run(pushKey(input.appId, input.dedupeKey), input.nowMs)
  return written === 1
}
