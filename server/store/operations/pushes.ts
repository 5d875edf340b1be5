/** Pushes (消息推送), each recorded once, and what they change. */
import type { PushContent, PushesReply } from '../../../shared/wire/index.ts'
import { pushesKnownMs } from '../../rules/pushes.ts'
import { iso } from '../../runtime/world.ts'
import { asBuffer, pushKey } from '../rows.ts'
import type { Operation, Sql, Step } from '../sql.ts'
import type { KeptContent, Page, PushKey, PushRecord, RecordPush, UserNumber } from '../store.ts'
import { countRenewed } from './broadcast-results.ts'
import { findConsent, revokeConsents } from './consents.ts'
import { addCredit } from './credits.ts'
import { recordAudit } from './audit.ts'
import { noteChange } from './changes.ts'
import { openWindow } from './customer-windows.ts'
import { recordDelivery } from './deliveries.ts'
import { eraseUser } from './erase.ts'
import { addOpenIds } from './open-ids.ts'
import { cutPage, readCursor } from './pages.ts'
import { findUser, internWatchedApp, isBelowMinimum, lockUser, lockUserOf } from './users.ts'
import type { WatchedApp } from './users.ts'

export function* recordPush(sql: Sql, input: RecordPush): Operation<'accepted' | 'duplicate'> {
  const from = yield* findSender(sql, input)
  // If one push comes twice at once, the second waits here until the first has been written or
  // undone.
  if (!(yield* isNewPush(sql, from, input))) return 'duplicate'
  const { user, app, watched } = from
  const note = { app, watched, ...(user !== undefined && { user }), atMs: input.nowMs }
  yield* noteChange(sql, { ...note, type: 'push.received', detail: { event: input.type } })
  if (user === undefined) return 'accepted'
  const isKnown = yield* lockUser(sql, user)
  yield* applyPush(sql, { user, app, watched }, input)
  if (isKnown && input.content) yield* keepContent(sql, user, input, input.content)
  return 'accepted'
}

interface PushSender extends WatchedApp {
  /** `undefined`: the push gives a user nothing, and comes from nobody who is known. */
  user: UserNumber | undefined
}

const addsNobody: ReadonlySet<PushRecord['type']> = new Set(['none', 'deliveries', 'erased'])

function* findSender(sql: Sql, { appId, openId, record }: RecordPush): Operation<PushSender> {
  if (!addsNobody.has(record.type)) return yield* lockUserOf(sql, appId, openId)
  const app = yield* internWatchedApp(sql, appId)
  return { ...app, user: yield* findUser(sql, appId, openId) }
}

function* isNewPush(
  sql: Sql,
  { app, user }: PushSender,
  { appId, dedupeKey, type, nowMs }: RecordPush,
): Operation<boolean> {
  const written = yield* sql.run(
    `INSERT INTO pushes (key, app, usr, type, received_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (key) DO UPDATE SET received_ms = excluded.received_ms, forwarded = false
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
  of: WatchedApp & { user: UserNumber },
  { appId, openId, type, atMs, nowMs, record }: RecordPush,
): Operation<void> {
  const { user } = of
  switch (record.type) {
    case 'none':
      return
    case 'window':
      return yield* openWindow(sql, { ...of, atMs, nowMs }, record.window)
    case 'consents': {
      const recording = { ...of, nowMs, belowMinimum: yield* isBelowMinimum(sql, user) }
      for (const credit of record.credits) {
        const consent = { user, templateId: credit.ref, from: 'push', atMs } as const
        if ((yield* findConsent(sql, consent)) !== 'new') continue
        yield* addCredit(sql, recording, credit)
        yield* countRenewed(sql, { user, atMs })
      }
      return
    }
    case 'revoked':
      for (const templateId of record.templateIds) {
        yield* revokeConsents(sql, { ...of, templateId, atMs }, nowMs)
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

export function* isForwarded(sql: Sql, { appId, dedupeKey }: PushKey): Operation<boolean> {
  const row = yield* sql.get<{ forwarded: boolean | number }>(
    'SELECT forwarded FROM pushes WHERE key = $1',
    pushKey(appId, dedupeKey),
  )
  return Boolean(row?.forwarded)
}

export function* keepForwarded(sql: Sql, { appId, dedupeKey }: PushKey): Operation<void> {
  const key = pushKey(appId, dedupeKey)
  yield* sql.run('UPDATE pushes SET forwarded = true WHERE key = $1', key)
}

const keepContent = (
  sql: Sql,
  user: UserNumber,
  { appId, dedupeKey, nowMs }: RecordPush,
  { text, endsAtMs }: KeptContent,
): Step<number> =>
  sql.run(
    `INSERT INTO push_contents (usr, received_ms, key, content, ends_ms)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    user,
    nowMs,
    pushKey(appId, dedupeKey),
    text,
    endsAtMs,
  )

export function* findPushes(
  sql: Sql,
  { appId, page }: { appId: string; page: Page & { nowMs: number } },
): Operation<PushesReply> {
  const [beforeMs, before] = readCursor(page.cursor, [Number.MAX_SAFE_INTEGER, ''])
  const values = [appId, beforeMs, Buffer.from(before, 'hex'), page.limit + 1] as const
  const list = sql.dialect.spansMachines ? listApart : listTogether
  const rows = yield* list(sql, values, page.nowMs)
  const { onPage, next } = cutPage(rows, page.limit, (row) => [row.receivedMs, hexOf(row.key)])
  const pushes = onPage.map(({ receivedMs, type, openId, content }) => ({
    receivedAt: iso(receivedMs),
    type,
    ...(openId !== null && { openId }),
    ...(openId !== null && content !== null && { content: JSON.parse(content) as PushContent }),
  }))
  return { pushes, ...next }
}

type PushRange = readonly [appId: string, beforeMs: number, before: Uint8Array, limit: number]

const inRange = `FROM pushes WHERE app = (SELECT app FROM apps WHERE app_id = $1)
  AND (received_ms, key) < (CAST($2 AS bigint), $3)
  ORDER BY received_ms DESC, key DESC LIMIT $4`

const listTogether = (sql: Sql, range: PushRange, nowMs: number) =>
  sql.all<ListedPush>(
    `SELECT received_ms AS "receivedMs", key, type,
       (SELECT open_id FROM users WHERE users.usr = near.usr) AS "openId",
       (SELECT content FROM push_contents AS c WHERE c.usr = near.usr
          AND c.received_ms = near.received_ms AND c.key = near.key AND c.ends_ms > $5) AS content
     FROM (SELECT * ${inRange}) AS near
     ORDER BY received_ms DESC, key DESC`,
    ...range,
    nowMs,
  )

type Content = { user: UserNumber; key: Uint8Array; content: string }

/** A push lies by its key, and its content with the user. */
function* listApart(sql: Sql, range: PushRange, nowMs: number): Operation<ListedPush[]> {
  const near = yield* sql.all<Omit<ListedPush, 'content'> & { user: UserNumber | null }>(
    `SELECT received_ms AS "receivedMs", key, type, usr AS "user", NULL AS "openId" ${inRange}`,
    ...range,
  )
  const rows = yield* addOpenIds(sql, near)
  const contents = yield* sql.all<Content>(
    `SELECT usr AS "user", key, content FROM push_contents
     WHERE usr ${sql.dialect.anyOf('$1', 'bigint')}
       AND received_ms ${sql.dialect.anyOf('$2', 'bigint')} AND ends_ms > $3`,
    rows.flatMap(({ user }) => user ?? []),
    rows.map(({ receivedMs }) => receivedMs),
    nowMs,
  )
  const nameOf = (row: { user: UserNumber | null; key: Uint8Array }) =>
    `${row.user} ${hexOf(row.key)}`
  const byName = new Map(contents.map((row) => [nameOf(row), row.content]))
  return rows.map((row) => ({ ...row, content: byName.get(nameOf(row)) ?? null }))
}

interface ListedPush {
  receivedMs: number
  key: Uint8Array
  type: string
  openId: string | null
  content: string | null
}

const hexOf = (bytes: Uint8Array) => asBuffer(bytes).toString('hex')
