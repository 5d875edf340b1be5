/**
 * Pages and sums of messages, and the calls for one. Only their time has an index, since every
 * message pays for one: the filters are applied to the next `searched` messages, and a cursor leads
 * to those behind them.
 */
import type { MessageReason } from '../../../shared/wire/index.ts'
import { listPages } from '../../rules/requests.ts'
import {
  channelCode,
  isScheduled,
  isUnsettled,
  readCalls,
  readMessageId,
  reasonStart,
  stateCode,
} from '../rows.ts'
import type { Operation, Sql, Value } from '../sql.ts'
import type {
  Backlog,
  MessageFilter,
  MessageId,
  MessagePage,
  MessageRow,
  MessageSums,
  SentCall,
  UserNumber,
} from '../store.ts'
import { selectMessage, toStored, type MessageColumns } from './message-rows.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findApp, findUser } from './users.ts'

const { searched } = listPages

/** The plus keeps planners from the index on times, for what is found without it. */
type Created = 'created_ms' | '+created_ms'
const inRange = (created: Created) =>
  `(${created}, usr, id) < (CAST($1 AS bigint), CAST($2 AS bigint), CAST($3 AS bigint))
   AND ${created} >= CAST($4 AS bigint)`
const newestFirst = (created: Created) => `ORDER BY ${created} DESC, usr DESC, id DESC`

const searchedByTime = `${inRange('created_ms')} ${newestFirst('created_ms')} LIMIT ${searched}`

/**
 * Messages that need no search by time where they are at most `searched`: all are looked at. Those
 * that are scheduled need none either.
 */
const underWay = `${isUnsettled} AND due IS NOT NULL`

/** SQL: how the app of a row of `near` is asked for. */
interface AppOfRow {
  join: string
  app: string
}
/** One look at `users` for each row, whatever a planner expects. */
const lookedUp: AppOfRow = {
  join: '',
  app: '(SELECT app FROM users WHERE users.usr = near.usr)',
}
/** Engines on several machines look nothing up for rows that they have brought together. */
const joined: AppOfRow = {
  join: 'JOIN users AS owners ON owners.usr = near.usr',
  app: 'owners.app',
}

/** The rows that are looked at, and those of them that pass the filters. */
const passing = (source: string, of: AppOfRow) => `(SELECT * FROM messages WHERE ${source}) AS near
  ${of.join} WHERE (CAST($5 AS bigint) IS NULL OR near.usr = $5)
    AND state BETWEEN $6 AND $7
    AND (CAST($8 AS text) IS NULL OR substr(reason, 1, length($8)) = $8)
    AND (CAST($9 AS text) IS NULL OR template_id = $9)
    AND (CAST($10 AS int) IS NULL OR channel = $10)
    AND ${of.app} = $11`

const passed = (of: AppOfRow) => ({
  byTime: passing(searchedByTime, of),
  ofUser: passing(`usr = $5 AND ${inRange('+created_ms')}`, of),
  underWay: passing(`${underWay} AND ${inRange('+created_ms')}`, of),
  scheduled: passing(`${isScheduled} AND ${inRange('+created_ms')}`, of),
})

type Source = keyof ReturnType<typeof passed>

const pageOf = (source: string, created: Created) => `
  ${selectMessage(`(SELECT near.* FROM ${source} ${newestFirst(created)} LIMIT $12)`)}
  ORDER BY m.created_ms DESC, m.usr DESC, m.id DESC`

const pagesFrom = (of: Record<Source, string>) => ({
  byTime: pageOf(of.byTime, 'created_ms'),
  ofUser: pageOf(of.ofUser, '+created_ms'),
  underWay: pageOf(of.underWay, '+created_ms'),
  scheduled: pageOf(of.scheduled, '+created_ms'),
})

const sumOf = (source: string) => `
  SELECT state, channel, template_id AS "templateId", reason, count(*) AS count
  FROM ${source} GROUP BY 1, 2, 3, 4`

const sumsFrom = (of: Record<Source, string>) => ({
  byTime: sumOf(of.byTime),
  ofUser: sumOf(of.ofUser),
  underWay: sumOf(of.underWay),
  scheduled: sumOf(of.scheduled),
})

const backlogOf = ({ join, app }: AppOfRow) => `
  SELECT count(*) AS count,
    count(CASE WHEN is_ours AND state = ${stateCode.of('queued')} THEN 1 END) AS queued,
    count(CASE WHEN is_ours AND state = ${stateCode.of('sending')} THEN 1 END) AS sending,
    min(CASE WHEN is_ours THEN created_ms END) AS "oldestMs"
  FROM (SELECT state, created_ms, ${app} = (SELECT app FROM apps WHERE app_id = $1) AS is_ours
        FROM (SELECT usr, state, created_ms FROM messages WHERE ${underWay} LIMIT $2) AS near
        ${join}) AS few`

const textsFor = (of: AppOfRow) => ({
  pages: pagesFrom(passed(of)),
  sums: sumsFrom(passed(of)),
  backlog: backlogOf(of),
})
const lookingUp = textsFor(lookedUp)
const joining = textsFor(joined)

const textsOf = ({ dialect }: Sql) => (dialect.spansMachines ? joining : lookingUp)

type Range = readonly number[]

interface Search {
  source: Source
  range: Range
  /** The first eleven of each statement. */
  values: Value[]
}

/** `undefined`: the app or the user is not known. */
function* searchFor(
  sql: Sql,
  appId: string,
  page: MessageFilter & { cursor?: string },
): Operation<Search | undefined> {
  const { openId } = page
  const app = yield* findApp(sql, appId)
  const user = openId === undefined ? null : yield* findUser(sql, appId, openId)
  if (app === undefined || user === undefined) return undefined
  const latest = [page.untilMs ?? Number.MAX_SAFE_INTEGER, 0, 0] as const
  const range = [...readCursor(page.cursor, latest), page.sinceMs ?? 0]
  const source = yield* sourceOf(sql, user, page)
  return { source, range, values: [...range, user, ...filterOf(page), app] }
}

export function* findMessages(
  sql: Sql,
  { appId, page }: { appId: string; page: MessagePage },
): Operation<{ messages: MessageRow[]; cursor?: string }> {
  const search = yield* searchFor(sql, appId, page)
  if (!search) return { messages: [] }
  const { source, range, values } = search
  const { limit } = page
  const columns = yield* sql.all<MessageColumns>(textsOf(sql).pages[source], ...values, limit + 1)
  const { onPage, next } = cutPage(columns, limit, (row) => [row.createdMs, row.user, row.id])
  const messages = onPage.map((row) => toStored(row).row)
  if (next.cursor !== undefined || source !== 'byTime') return { messages, ...next }
  return { messages, ...(yield* afterSearched(sql, range)) }
}

interface SumRow {
  state: number
  channel: number
  templateId: string | null
  reason: string | null
  count: number
}

/** One step: the messages that one page would look at. */
export function* sumMessages(
  sql: Sql,
  { appId, filter }: { appId: string; filter: MessageFilter & { cursor?: string } },
): Operation<MessageSums> {
  const search = yield* searchFor(sql, appId, filter)
  if (!search) return { sums: [] }
  const rows = yield* sql.all<SumRow>(textsOf(sql).sums[search.source], ...search.values)
  const found = rows.map(({ state, channel, templateId, reason, count }) => ({
    state: stateCode.word(state),
    channel: channelCode.word(channel),
    ...(templateId !== null && { templateId }),
    ...(reason !== null && { reason: JSON.parse(reason) as MessageReason }),
    count,
  }))
  return {
    sums: found,
    ...(search.source === 'byTime' && (yield* afterSearched(sql, search.range))),
  }
}

export function* findBacklog(
  sql: Sql,
  { appId, limit }: { appId: string; limit: number },
): Operation<Backlog> {
  const row = yield* sql.get<Omit<Backlog, 'complete'> & { count: number }>(
    textsOf(sql).backlog,
    appId,
    limit + 1,
  )
  const { count, ...backlog } = row!
  return { ...backlog, complete: count <= limit }
}

function* sourceOf(sql: Sql, user: UserNumber | null, { state }: MessageFilter): Operation<Source> {
  if (user !== null && (yield* areFew(sql, 'usr = $1', user))) return 'ofUser'
  if (state === 'queued' && (yield* areFew(sql, underWay))) return 'underWay'
  if (state === 'scheduled' && (yield* areFew(sql, isScheduled))) return 'scheduled'
  return 'byTime'
}

function* areFew(sql: Sql, condition: string, ...values: Value[]): Operation<boolean> {
  const row = yield* sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM messages WHERE ${condition} LIMIT ${searched + 1}) AS few`,
    ...values,
  )
  return row!.count <= searched
}

/** The values from `state` to `channel`. */
function filterOf({ state, reason, templateId, channel }: MessageFilter): Value[] {
  const [from, to] = statesOf(state)
  return [
    stateCode.of(from),
    stateCode.of(to),
    reason === undefined ? null : reasonStart(reason),
    templateId ?? null,
    channel === undefined ? null : channelCode.of(channel),
  ]
}

/** The first and the last, in the order of their numbers. */
function statesOf(state: MessageFilter['state']): [MessageRow['state'], MessageRow['state']] {
  if (state === undefined) return ['queued', 'cancelled']
  return state === 'queued' ? ['queued', 'sending'] : [state, state]
}

/** Leads to the messages that the search of a page did not reach. */
function* afterSearched(sql: Sql, range: Range): Operation<{ cursor?: string }> {
  const last = yield* sql.get<{ createdMs: number; usr: number; id: number }>(
    `SELECT created_ms AS "createdMs", usr, id FROM messages
     WHERE ${inRange('created_ms')} ${newestFirst('created_ms')} LIMIT 1 OFFSET ${searched - 1}`,
    ...range,
  )
  return last ? { cursor: writeCursor([last.createdMs, last.usr, last.id]) } : {}
}

/** The calls that were made for a message stand in its row, which each of them changes anyway. */
export function* findCalls(
  sql: Sql,
  { appId, id }: { appId: string; id: MessageId },
): Operation<SentCall[]> {
  const key = readMessageId(id)
  if (!key) return []
  const row = yield* sql.get<{ calls: string }>(
    `SELECT calls FROM messages JOIN users USING (usr) JOIN apps USING (app)
     WHERE usr = $1 AND id = $2 AND app_id = $3`,
    key.user,
    key.number,
    appId,
  )
  return row ? readCalls(row.calls) : []
}
