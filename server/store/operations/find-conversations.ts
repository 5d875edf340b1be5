/** Customer service: what a user wrote and was sent, and the windows that are open. */
import type { CustomerWindowsReply, OpenWindow, PushContent } from '../../../shared/wire/index.ts'
import { listPages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import { asBuffer, kindCode, readMessageId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { ConversationRow, MessageRow, Page, UserNumber } from '../store.ts'
import { allowance } from './customer-windows.ts'
import { findMessages } from './find-messages.ts'
import { addOpenIds } from './open-ids.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findUser } from './users.ts'

type TimedPage = Page & { nowMs: number }

interface ContentRow {
  receivedMs: number
  key: Uint8Array
  content: string
}

/** Of the last entries of a page: of a message, then of what was received. */
type Position = readonly [number, number, number, number, string]

/** Has as many digits as a cursor may have. */
const lastMs = 999_999_999_999_999
const beforeAll: Position = [lastMs, 0, 0, lastMs, '00']

interface Listed {
  row: ConversationRow
  ms: number
  /** Beyond this entry, in its own list. */
  move(at: Position): Position
}

/**
 * Two lists, each with its own position in the cursor. An entry that is older than the end to which
 * the other list was read waits for a later page.
 */
export function* findConversation(
  sql: Sql,
  { appId, openId, page }: { appId: string; openId: string; page: TimedPage },
): Operation<{ entries: ConversationRow[]; cursor?: string }> {
  const user = yield* findUser(sql, appId, openId)
  if (user === undefined) return { entries: [] }
  const { limit } = page
  const begin: Position = readCursor(page.cursor, beforeAll)
  const cursor = writeCursor(begin.slice(0, 3))
  const sent = yield* findMessages(sql, {
    appId,
    page: { openId, channel: 'customer', limit, cursor },
  })
  const contents = cutPage(yield* readContents(sql, user, page, begin), limit, positionOf)
  const sentTo = sent.cursor === undefined ? undefined : readCursor(sent.cursor, [0, 0, 0])
  const lastContent = contents.next.cursor === undefined ? undefined : contents.onPage.at(-1)
  /** To where both lists were read; 0: to their ends. */
  const readTo = Math.max(sentTo?.[0] ?? 0, lastContent?.receivedMs ?? 0)
  const listed = [...sent.messages.map(ofMessage), ...contents.onPage.map(ofContent)]
  const shown = listed
    .filter(({ ms }) => ms >= readTo)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, limit)
  const entries = shown.map(({ row }) => row)
  if (readTo === 0 && shown.length === listed.length) return { entries }
  const end = shown.reduce((at, { move }) => move(at), begin)
  const areSentShown = sent.messages.length === entries.filter(({ by }) => by === 'app').length
  const after = areSentShown && sentTo ? [...sentTo, end[3], end[4]] : end
  return { entries, cursor: writeCursor(after) }
}

const ofMessage = (message: MessageRow): Listed => ({
  row: { by: 'app', message },
  ms: message.createdAtMs,
  move([, , , receivedMs, key]) {
    const { user, number } = readMessageId(message.id)!
    return [message.createdAtMs, user, number, receivedMs, key]
  },
})

const ofContent = (row: ContentRow): Listed => ({
  row: {
    by: 'user',
    receivedAtMs: row.receivedMs,
    content: JSON.parse(row.content) as PushContent,
  },
  ms: row.receivedMs,
  move: ([createdMs, user, id]) => [createdMs, user, id, ...positionOf(row)],
})

const positionOf = ({ receivedMs, key }: Pick<ContentRow, 'receivedMs' | 'key'>) =>
  [receivedMs, asBuffer(key).toString('hex')] as const

const readContents = (
  sql: Sql,
  user: UserNumber,
  { limit, nowMs }: TimedPage,
  [, , , receivedMs, key]: Position,
) =>
  sql.all<ContentRow>(
    `SELECT received_ms AS "receivedMs", key, content FROM push_contents
     WHERE usr = $1 AND (received_ms, key) < (CAST($2 AS bigint), $3) AND ends_ms > $4
     ORDER BY received_ms DESC, key DESC LIMIT $5`,
    user,
    receivedMs,
    Buffer.from(key, 'hex'),
    nowMs,
    limit + 1,
  )

interface WindowRow {
  receivedMs: number
  key: Uint8Array
  type: string
  openId: string
  kind: number
  uses: number
  endsMs: number
}

const searched = `SELECT received_ms, key, type, usr FROM pushes
  WHERE app = (SELECT app FROM apps WHERE app_id = $1)
    AND (received_ms, key) < (CAST($2 AS bigint), $3)
  ORDER BY received_ms DESC, key DESC`

/** One look at a key for each user, whatever a planner expects: a join read all credits. */
const ofAllowance = (column: string, of: string) =>
  `(SELECT ${column} FROM credits AS c WHERE c.usr = ${of}.usr AND c.id = ${allowance})`

/**
 * Windows have no index by time, since every push would pay for one: the pushes of the last 48
 * hours have one, and no window is open for longer. Few are open in most apps: the end of a window
 * is looked at before all else.
 */
export function* findWindows(
  sql: Sql,
  { appId, page }: { appId: string; page: TimedPage },
): Operation<CustomerWindowsReply> {
  const [beforeMs, before] = readCursor(page.cursor, [lastMs, '00'])
  const values = [appId, beforeMs, Buffer.from(before, 'hex')] as const
  const list = sql.dialect.spansMachines ? windowsApart : windowsTogether
  const rows = yield* list(sql, values, page)
  const { onPage, next } = cutPage(rows, page.limit, positionOf)
  const windows = onPage.map(toWindow)
  if (next.cursor !== undefined) return { windows, ...next }
  const last = yield* sql.get<{ receivedMs: number; key: Uint8Array }>(
    `SELECT received_ms AS "receivedMs", key FROM (
       ${searched} LIMIT 1 OFFSET ${listPages.searchedPushes - 1}) AS near`,
    ...values,
  )
  return { windows, ...(last && { cursor: writeCursor(positionOf(last)) }) }
}

type PushesBefore = readonly [appId: string, beforeMs: number, before: Uint8Array]

const windowsTogether = (sql: Sql, values: PushesBefore, page: TimedPage) =>
  sql.all<WindowRow>(
    `SELECT received_ms AS "receivedMs", key, type, "openId", "endsMs",
       ${ofAllowance('kind', 'few')} AS kind, ${ofAllowance('uses_left', 'few')} AS uses
     FROM (
       SELECT * FROM (
         SELECT open.*, (SELECT open_id FROM users WHERE users.usr = open.usr) AS "openId"
         FROM (
           SELECT near.*, ${ofAllowance('ends_ms', 'near')} AS "endsMs"
           FROM (${searched} LIMIT ${listPages.searchedPushes}) AS near) AS open
         WHERE "endsMs" > $4
           AND NOT EXISTS (
             SELECT 1 FROM pushes AS later WHERE later.usr = open.usr
               AND (later.received_ms, later.key) > (open.received_ms, open.key))) AS holders
       WHERE "openId" IS NOT NULL
       ORDER BY received_ms DESC, key DESC LIMIT $5) AS few
     ORDER BY received_ms DESC, key DESC`,
    ...values,
    page.nowMs,
    page.limit + 1,
  )

/** A push lies by its key, elsewhere than its user. */
function* windowsApart(
  sql: Sql,
  values: PushesBefore,
  { nowMs, limit }: TimedPage,
): Operation<WindowRow[]> {
  const near = yield* sql.all<Omit<WindowRow, 'kind' | 'uses' | 'endsMs'> & { user: UserNumber }>(
    `SELECT received_ms AS "receivedMs", key, type, usr AS "user", NULL AS "openId" FROM (
       ${searched} LIMIT ${listPages.searchedPushes}) AS near WHERE usr IS NOT NULL
     ORDER BY received_ms DESC, key DESC`,
    ...values,
  )
  const { anyOf } = sql.dialect
  const users = [...new Set(near.map(({ user }) => user))]
  const open = yield* sql.all<Pick<WindowRow, 'kind' | 'uses' | 'endsMs'> & { user: UserNumber }>(
    `SELECT usr AS "user", kind, uses_left AS uses, ends_ms AS "endsMs" FROM credits
     WHERE usr ${anyOf('$1', 'bigint')} AND id = ${allowance} AND ends_ms > $2`,
    users,
    nowMs,
  )
  // Who has a later push stands on an earlier page.
  const earlier = yield* sql.all<{ user: UserNumber }>(
    `SELECT DISTINCT usr AS "user" FROM pushes WHERE usr ${anyOf('$1', 'bigint')}
       AND (received_ms, key) >= (CAST($2 AS bigint), $3)`,
    open.map(({ user }) => user),
    values[1],
    values[2],
  )
  const windows = new Map(open.map((row) => [row.user, row]))
  for (const { user } of earlier) windows.delete(user)
  const latest = near.flatMap((row) => {
    const window = windows.get(row.user)
    windows.delete(row.user)
    return window ? { ...row, ...window } : []
  })
  const rows = yield* addOpenIds(sql, latest)
  return rows.filter(({ openId }) => openId !== null).slice(0, limit + 1)
}

const toWindow = ({ openId, kind, uses, endsMs, receivedMs, type }: WindowRow): OpenWindow => ({
  openId,
  kind: kindCode.word(kind),
  uses,
  expiresAt: iso(endsMs),
  lastPush: { receivedAt: iso(receivedMs), type },
})
