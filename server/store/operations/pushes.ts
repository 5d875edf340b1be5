/** Pushes (消息推送), each recorded once, and what they change. */
import type { PushesReply } from '../../../shared/wire/index.ts'
import { pushesKnownMs } from '../../rules/pushes.ts'
import { iso } from '../../runtime/world.ts'
import { asBuffer, pushKey } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { Page, PushRecord, RecordPush, UserNumber } from '../store.ts'
import { isNewConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { recordAudit } from './audit.ts'
import { openWindow } from './customer-windows.ts'
import { recordDelivery } from './deliveries.ts'
import { eraseUser } from './erase.ts'
import { cutPage, readCursor } from './pages.ts'
import { findUser, internApp, isBelowMinimum, lockUser, lockUserOf } from './users.ts'

export function* recordPush(sql: Sql, input: RecordPush): Operation<'accepted' | 'duplicate'> {
  const from = yield* findSender(sql, input)
  // If one push comes twice at once, the second waits here until the first has been written or
  // undone.
  if (!(yield* isNewPush(sql, from, input))) return 'duplicate'
  if (from.user === undefined) return 'accepted'
  yield* lockUser(sql, from.user)
  yield* applyPush(sql, from.user, input)
  return 'accepted'
}

interface PushSender {
  app: number
  /** `undefined`: the push gives a user nothing, and comes from nobody who is known. */
  user: UserNumber | undefined
}

const addsNobody: ReadonlySet<PushRecord['type']> = new Set(['none', 'deliveries', 'erased'])

function* findSender(sql: Sql, { appId, openId, record }: RecordPush): Operation<PushSender> {
  if (!addsNobody.has(record.type)) return yield* lockUserOf(sql, appId, openId)
  const app = yield* internApp(sql, appId)
  return { app, user: yield* findUser(sql, appId, openId) }
}

function* isNewPush(
  sql: Sql,
  { app, user }: PushSender,
  { appId, dedupeKey, type, nowMs }: RecordPush,
): Operation<boolean> {
  const written = yield* sql.run(
    `INSERT INTO pushes (key, app, usr, type, received_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (key) DO UPDATE SET received_ms = excluded.received_ms
     WHERE pushes.received_ms <= excluded.received_ms - ${pushesKnownMs}`,
    pushKey(appId, dedupeKey),
    app,
    user ?? null,
    type,
    nowMs,
  )
  return written === 1
}

/** The caller has locked the user. */
function* applyPush(
  sql: Sql,
  user: UserNumber,
  { appId, openId, type, atMs, nowMs, record }: RecordPush,
): Operation<void> {
  switch (record.type) {
    case 'none':
      return
    case 'window':
      return yield* openWindow(sql, { user, atMs, nowMs }, record.window)
    case 'consents': {
      const recording = { user, nowMs, belowMinimum: yield* isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if (yield* isNewConsent(sql, consent)) yield* addCredit(sql, recording, credit)
      }
      return
    }
    case 'revoked':
      for (const templateId of record.templateIds) {
        yield* revokeConsents(sql, { user, templateId, atMs }, nowMs)
      }
      return
    case 'deliveries':
      for (const delivery of record.deliveries) {
        yield* recordDelivery(sql, { ...delivery, user, atMs, nowMs })
      }
      return
    case 'erased': {
      yield* eraseUser(sql, { appId, openId, nowMs, ...record })
      const by = { by: 'wechat', operation: type, outcome: 'done' } as const
      return yield* recordAudit(sql, { ...by, appId, atMs: nowMs })
    }
    default:
      record satisfies never
  }
}

export function* findPushes(
  sql: Sql,
  { appId, page }: { appId: string; page: Page },
): Operation<PushesReply> {
  const [beforeMs, before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER, ''])
  const rows = yield* sql.all<ListedPush>(
    `SELECT received_ms AS "receivedMs", key, type,
       (SELECT open_id FROM users WHERE users.usr = near.usr) AS "openId"
     FROM (SELECT * FROM pushes
           WHERE app = (SELECT app FROM apps WHERE app_id = $1)
             AND (received_ms, key) < (CAST($2 AS bigint), $3)
           ORDER BY received_ms DESC, key DESC LIMIT $4) AS near
     ORDER BY received_ms DESC, key DESC`,
    appId,
    beforeMs,
    Buffer.from(before, 'hex'),
    page.limit + 1,
  )
  const hexOf = (bytes: Uint8Array) => asBuffer(bytes).toString('hex')
  const { onPage, next } = cutPage(rows, page.limit, (row) => [row.receivedMs, hexOf(row.key)])
  const pushes = onPage.map(({ receivedMs, type, openId }) => ({
    receivedAt: iso(receivedMs),
    type,
    ...(openId !== null && { openId }),
  }))
  return { pushes, ...next }
}

interface ListedPush {
  receivedMs: number
  key: Uint8Array
  type: string
  openId: string | null
}
