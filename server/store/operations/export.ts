/**
 * All rows of a user, part by part, in pages. Each page begins behind the last row of the one
 * before, to which an index of the user leads. Left out is what only the server needs: leases,
 * hashes, and the bytes of tokens and keys.
 */
import type { EventType } from '../../../shared/codes.ts'
import type { ExportedParts, PushContent } from '../../../shared/wire/index.ts'
import { exportRules } from '../../rules/privacy.ts'
import { day } from '../../rules/time.ts'
import { iso } from '../../runtime/world.ts'
import { kindCode, messageId, readCalls, recipientCode, withoutNulls } from '../rows.ts'
import type { One, Operation, Sql } from '../sql.ts'
import type { ExportedRows, FindExported, ExportedPage, UserNumber } from '../store.ts'
import { selectAudit, toEntry, type AuditRow } from './audit.ts'
import { source } from './consents.ts'
import {
  selectCredits,
  selectHistory,
  toCreditRow,
  toHistoryEntry,
  type CreditColumns,
  type HistoryRow,
} from './credits.ts'
import { addOpenIds } from './open-ids.ts'
import { readNodes } from './find-shares.ts'
import { selectMessage, toStored, type MessageColumns } from './message-rows.ts'

export function* findExported(
  sql: Sql,
  { user, part, after }: FindExported,
): Operation<ExportedPage> {
  const { select, key, userColumn = 'usr', read } = parts[part]
  const columns = Object.values(key).join()
  const values = Object.keys(key).map((_, n) => `$${n + 2}`)
  const behind = after ? `AND (${columns}) > (${values.join()})` : ''
  const text = typeof select === 'string' ? select : select(sql)
  const rows = yield* sql.all<Record<string, One>>(
    `${text} WHERE ${userColumn} = $1 ${behind}
     ORDER BY ${columns} LIMIT ${exportRules.rowsPerPage}`,
    user,
    ...(after ?? []),
  )
  const last = rows.length === exportRules.rowsPerPage ? rows.at(-1) : undefined
  return {
    rows: yield* read(rows, user, sql),
    ...(last && { next: Object.keys(key).map((name) => last[name]!) }),
  }
}

interface Part {
  /** Up to its WHERE. */
  select: string | ((sql: Sql) => string)
  /** By the names in `select`, columns that tell the rows of a user apart. */
  key: Record<string, string>
  /** Default: `usr`. */
  userColumn?: string
  read(rows: object[], user: UserNumber, sql: Sql): Operation<object[]>
}

const each = <Row, Exported extends object>(toExported: (row: Row, user: UserNumber) => Exported) =>
  // eslint-disable-next-line require-yield
  function* (rows: object[], user: UserNumber): Operation<Exported[]> {
    return (rows as Row[]).map((row) => toExported(row, user))
  }

type Rows<Name extends keyof ExportedRows> = ExportedRows[Name][number]

const sources = new Map<number, Rows<'consents'>['from']>([
  [source.phone, 'phone'],
  [source.push, 'push'],
  [source.revoked, 'revoked'],
])

const parts: { [Name in keyof ExportedParts]: Part } = {
  profile: {
    select: 'SELECT usr, below_minimum AS "belowMinimum" FROM users',
    key: { usr: 'usr' },
    read: each(({ belowMinimum }: { belowMinimum: boolean | number }): Rows<'profile'> => ({
      belowMinimumVersion: Boolean(belowMinimum),
    })),
  },
  sessions: {
    select: 'SELECT token_hash AS hash, ends_ms AS "endsMs" FROM sessions',
    key: { hash: 'token_hash' },
    read: each(({ endsMs }: { endsMs: number }): Rows<'sessions'> => ({
      expiresAt: iso(endsMs),
    })),
  },
  sessionKeys: {
    select: 'SELECT n, made_ms AS "madeMs" FROM session_keys',
    key: { n: 'n' },
    read: each(({ madeMs }: { madeMs: number }): Rows<'sessionKeys'> => ({
      receivedAt: iso(madeMs),
    })),
  },
  events: {
    select: `SELECT id, type, at_ms AS "atMs", received_ms AS "receivedMs", raw, result
      FROM events`,
    key: { id: 'id' },
    read: each((row: EventRow): Rows<'events'> => ({
      id: row.id,
      type: row.type,
      at: iso(row.atMs),
      receivedAt: iso(row.receivedMs),
      fields: JSON.parse(row.raw) as Record<string, unknown>,
      ...(row.result !== null && { result: JSON.parse(row.result) as Record<string, unknown> }),
    })),
  },
  credits: {
    select: selectCredits,
    key: { id: 'id' },
    read: each((row: CreditColumns): Rows<'credits'> => toCreditRow(row)),
  },
  creditHistory: {
    select: selectHistory,
    key: { credit: 'credit', n: 'n' },
    read: each((row: HistoryRow, user): Rows<'creditHistory'> => {
      const { atMs, message, credit, ...rest } = toHistoryEntry(row, user)
      return {
        credit: String(credit),
        at: iso(atMs),
        ...rest,
        ...(message !== undefined && { messageId: message }),
      }
    }),
  },
  messages: {
    select: selectMessage('messages', ', m.calls, m.platform_id AS "platformId"'),
    key: { id: 'm.id' },
    userColumn: 'm.usr',
    read: each((row: MessageColumns & Sent): Rows<'messages'> => ({
      row: toStored(row).row,
      calls: readCalls(row.calls),
      ...(row.platformId !== null && { platformId: row.platformId }),
    })),
  },
  broadcasts: {
    select: `SELECT broadcast, state, reason, message, data, page, opened_ms AS "openedMs",
        renewed_ms AS "renewedMs",
        (SELECT id FROM broadcasts AS b WHERE b.broadcast = r.broadcast) AS "broadcastId"
      FROM broadcast_recipients AS r`,
    key: { broadcast: 'broadcast' },
    read: each(({ broadcastId, state, message, data, ...row }: RecipientRow, user) => ({
      broadcastId,
      state: recipientCode.word(state),
      ...(message !== null && { messageId: messageId(user, message) }),
      ...(data !== null && { data: JSON.parse(data) as Record<string, string> }),
      ...withoutNulls({ reason: row.reason, page: row.page }),
      ...(row.openedMs !== null && { openedAt: iso(row.openedMs) }),
      ...(row.renewedMs !== null && { renewedAt: iso(row.renewedMs) }),
    })),
  },
  consents: {
    select: `SELECT template_id AS "templateId", source, at_ms AS "atMs", count FROM consents`,
    key: { templateId: 'template_id', source: 'source', atMs: 'at_ms' },
    read: each((row: ConsentRow): Rows<'consents'> => ({
      templateId: row.templateId,
      from: sources.get(row.source)!,
      at: iso(row.atMs),
      count: row.count,
    })),
  },
  customerWindows: {
    select: `SELECT kind, at_ms AS "atMs", uses, usable_until_ms AS "usableUntilMs",
        ends_ms AS "endsMs" FROM customer_windows`,
    key: { kind: 'kind' },
    read: each((row: WindowRow): Rows<'customerWindows'> => ({
      kind: kindCode.word(row.kind),
      at: iso(row.atMs),
      uses: row.uses,
      usableUntil: iso(row.usableUntilMs),
      expiresAt: iso(row.endsMs),
    })),
  },
  shares: {
    select: 'SELECT share FROM shares',
    key: { share: 'share' },
    *read(rows, _user, sql): Operation<Rows<'shares'>[]> {
      const shares = rows as { share: number }[]
      return yield* readNodes(
        sql,
        shares.map(({ share }) => ({ share, depth: 0 })),
      )
    },
  },
  arrivals: {
    select: `SELECT arrival, at_ms AS "atMs", received_ms AS "receivedMs", scene, page,
        (SELECT share_id FROM shares WHERE shares.share = arrivals.share) AS "shareId",
        (SELECT open_gid FROM groups WHERE groups.grp = arrivals.grp) AS "openGId"
      FROM arrivals`,
    key: { arrival: 'arrival' },
    read: each(({ atMs, receivedMs, scene, page, shareId, openGId }: ArrivalRow) => ({
      at: iso(atMs),
      receivedAt: iso(receivedMs),
      scene,
      page,
      ...withoutNulls({ shareId, openGId }),
    })),
  },
  groups: {
    select: `SELECT grp, first_seen_ms AS "firstSeenMs",
        (SELECT open_gid FROM groups WHERE groups.grp = group_members.grp) AS "openGId"
      FROM group_members`,
    key: { grp: 'grp' },
    read: each((row: { openGId: string; firstSeenMs: number }): Rows<'groups'> => ({
      openGId: row.openGId,
      firstSeenAt: iso(row.firstSeenMs),
    })),
  },
  pushes: {
    select: 'SELECT key, received_ms AS "receivedMs", type FROM pushes',
    key: { receivedMs: 'received_ms', key: 'key' },
    read: each((row: { receivedMs: number; type: string }): Rows<'pushes'> => ({
      receivedAt: iso(row.receivedMs),
      type: row.type,
    })),
  },
  pushContents: {
    select: 'SELECT key, received_ms AS "receivedMs", content FROM push_contents',
    key: { receivedMs: 'received_ms', key: 'key' },
    read: each((row: { receivedMs: number; content: string }): Rows<'pushContents'> => ({
      receivedAt: iso(row.receivedMs),
      content: JSON.parse(row.content) as PushContent,
    })),
  },
  dailyCounts: {
    select: `SELECT counted, day, count FROM (
        SELECT usr, 'events' AS counted, day, events_of_day AS count FROM users
        WHERE events_of_day > 0
        UNION ALL SELECT usr, 'messages', day, count FROM user_days) AS counts`,
    key: { counted: 'counted' },
    read: each((row: CountRow): Rows<'dailyCounts'> => ({
      ...row,
      day: iso(row.day * day).slice(0, 'YYYY-MM-DD'.length),
    })),
  },
  audit: {
    select: (sql) => selectAudit(sql, 'audit'),
    key: { atMs: 'at_ms', n: 'n' },
    userColumn: 'a.usr',
    *read(rows, _user, sql): Operation<Rows<'audit'>[]> {
      return (yield* addOpenIds(sql, rows as AuditRow[])).map(toEntry)
    },
  },
}

interface EventRow {
  id: string
  type: EventType
  atMs: number
  receivedMs: number
  raw: string
  result: string | null
}

interface Sent {
  calls: string
  platformId: string | null
}

interface RecipientRow {
  broadcastId: string
  state: number
  reason: string | null
  message: number | null
  data: string | null
  page: string | null
  openedMs: number | null
  renewedMs: number | null
}

interface ConsentRow {
  templateId: string
  source: number
  atMs: number
  count: number
}

interface WindowRow {
  kind: number
  atMs: number
  uses: number
  usableUntilMs: number
  endsMs: number
}

interface ArrivalRow {
  atMs: number
  receivedMs: number
  scene: number
  page: string
  shareId: string | null
  openGId: string | null
}

type CountRow = Omit<Rows<'dailyCounts'>, 'day'> & { day: number }
