/** The audit: entries are added, read by pages, and deleted when they are old. */
import type { AuditActor, AuditEntry, AuditOutcome } from '../../../shared/wire/index.ts'
import { sweepRules } from '../../rules/database.ts'
import { auditPages } from '../../rules/audit.ts'
import { retention } from '../../rules/retention.ts'
import { iso } from '../../runtime/world.ts'
import type { AuditPage, NewAuditEntry } from '../audit-store.ts'
import type { MessageId, UserNumber } from '../ids.ts'
import { actorCode, readMessageId, readSender, withoutNulls } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import { addOpenIds, openIdOf } from './open-ids.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findUser, internApp } from './users.ts'

export function* recordAudit(sql: Sql, entry: NewAuditEntry): Operation<void> {
  const app = entry.appId === undefined ? null : yield* internApp(sql, entry.appId)
  const { appId, openId } = entry
  const user =
    appId === undefined || openId === undefined ? null : yield* findUser(sql, appId, openId)
  for (;;) {
    const next = yield* sql.get<{ n: number }>(
      'SELECT coalesce(max(n), 0) + 1 AS n FROM audit WHERE at_ms = $1',
      entry.atMs,
    )
    // Without a row: another transaction has taken the number.
    const added = yield* sql.run(
      `INSERT INTO audit (at_ms, n, app, usr, actor, status, count, key, operation, object,
         outcome, network, request)
       VALUES ($1, $13, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
      entry.atMs,
      app,
      user ?? null,
      actorCode.of(entry.by),
      entry.status ?? null,
      entry.count ?? 1,
      entry.keyId ?? null,
      entry.operation ?? null,
      entry.object ?? null,
      entry.outcome,
      entry.network ?? null,
      entry.requestId ?? null,
      next!.n,
    )
    if (added > 0) return
  }
}

export interface AuditRow {
  user: UserNumber | null
  atMs: number
  n: number
  actor: number
  keyId: string | null
  operation: string | null
  appId: string | null
  openId: string | null
  object: string | null
  outcome: AuditOutcome
  status: number | null
  count: number
  network: string | null
  requestId: string | null
}

/**
 * Pass the rows through `addOpenIds`.
 *
 * @param table `audit`, or some of its rows
 */
export const selectAudit = (sql: Sql, table: string): string =>
  `SELECT at_ms AS "atMs", n, actor, key AS "keyId", operation, app_id AS "appId",
     a.usr AS "user", ${openIdOf(sql, 'a.usr')} AS "openId", object, outcome, status, count,
     network, request AS "requestId"
   FROM ${table} AS a LEFT JOIN apps ON apps.app = a.app`

const inRange = `(at_ms, n) < (CAST($1 AS bigint), CAST($2 AS bigint))
  AND at_ms >= CAST($3 AS bigint)`

/**
 * There is no index for the filters, since every entry would pay for it. A page looks at
 * `auditPages.searched` entries and no more, so that a filter that few pass holds nobody up.
 */
export function* findAudit(
  sql: Sql,
  page: AuditPage,
): Operation<{ entries: AuditEntry[]; cursor?: string }> {
  const latest = [page.untilMs ?? Number.MAX_SAFE_INTEGER, 0] as const
  const [beforeMs, before] = readCursor(page.cursor, latest)
  const range = [beforeMs, before, page.sinceMs ?? 0] as const
  const rows = yield* sql.all<AuditRow>(
    `${selectAudit(
      sql,
      `(SELECT * FROM audit WHERE ${inRange} ORDER BY at_ms DESC, n DESC
       LIMIT ${auditPages.searched})`,
    )}
     WHERE (CAST($4 AS text) IS NULL OR key = $4)
       AND (CAST($5 AS text) IS NULL OR operation = $5)
       AND (CAST($6 AS text) IS NULL OR app_id = $6)
     ORDER BY at_ms DESC, n DESC LIMIT $7`,
    ...range,
    page.keyId ?? null,
    page.operation ?? null,
    page.appId ?? null,
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ atMs, n }) => [atMs, n])
  const cursor = next.cursor ?? (yield* afterSearched(sql, range))
  return {
    entries: (yield* addOpenIds(sql, onPage)).map(toEntry),
    ...(cursor !== undefined && { cursor }),
  }
}

/** Leads to the entries that the search of a page did not reach. */
function* afterSearched(
  sql: Sql,
  range: readonly [beforeMs: number, before: number, sinceMs: number],
): Operation<string | undefined> {
  const last = yield* sql.get<{ atMs: number; n: number }>(
    `SELECT at_ms AS "atMs", n FROM audit WHERE ${inRange}
     ORDER BY at_ms DESC, n DESC LIMIT 1 OFFSET ${auditPages.searched - 1}`,
    ...range,
  )
  return last && writeCursor([last.atMs, last.n])
}

export function toEntry(row: AuditRow): AuditEntry {
  const { atMs, n: _, user: _user, actor, outcome, count, ...rest } = row
  const by: AuditActor = actorCode.word(actor)
  return { at: iso(atMs), by, ...withoutNulls(rest), outcome, count }
}

export function* findMessageAudit(
  sql: Sql,
  { appId, id }: { appId: string; id: MessageId },
): Operation<AuditEntry | undefined> {
  const key = readMessageId(id)
  if (!key) return undefined
  const row = yield* sql.get<{ createdMs: number; openId: string | null; sentBy: string | null }>(
    `SELECT created_ms AS "createdMs", open_id AS "openId", sent_by AS "sentBy"
     FROM messages JOIN users USING (usr) JOIN apps USING (app)
     WHERE usr = $1 AND id = $2 AND app_id = $3`,
    key.user,
    key.number,
    appId,
  )
  if (!row) return undefined
  const sender = readSender(row.sentBy)
  return {
    at: iso(row.createdMs),
    by: sender.keyId === undefined ? 'unknown' : 'key',
    operation: 'POST /v1/messages',
    appId,
    ...(row.openId !== null && { openId: row.openId }),
    object: id,
    outcome: 'done',
    count: 1,
    ...sender,
  }
}

/** Deletes the oldest entries, in one step. Returns how many. */
export function* sweepAudit(sql: Sql, { nowMs }: { nowMs: number }): Operation<number> {
  return yield* sql.run(
    `DELETE FROM audit WHERE at_ms < $1 AND at_ms <= (
       SELECT max(at_ms) FROM (
         SELECT at_ms FROM audit ORDER BY at_ms LIMIT ${sweepRules.auditPerStep}) AS oldest)`,
    nowMs - retention.auditMs,
  )
}
