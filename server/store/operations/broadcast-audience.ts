/** The users of a broadcast: found among those who hold credits, and counted before they are. */
import { retention } from '../../rules/retention.ts'
import { dayOf } from '../../runtime/world.ts'
import { kindCode, kindMask, recipientCode } from '../rows.ts'
import type { Operation, Sql, Value } from '../sql.ts'
import type {
  Audience,
  BroadcastNumber,
  CountAudience,
  CountedUsers,
  CountWaiting,
  OpenAudience,
  UserNumber,
} from '../store.ts'
import { narrowApart, refuseApart, type Holder, type Refusable } from './audience-apart.ts'
import { isCountTold, tellBroadcast } from './broadcast-changes.ts'
import { countAdded, serve } from './broadcasts.ts'
import { isUsable } from './find-holders.ts'
import { holdoutValues, stateFor } from './holdout.ts'
import { findGroupNumber, findShareRow } from './shares.ts'
import { findApp } from './users.ts'

/** Which credits are looked at: of one template by its index, or all in the order of users. */
const ofTemplate = `kind = ${kindCode.of('subscription')} AND ref = $2`
const ofKinds = `($2 & (1 << kind)) <> 0`

/** What WeChat tells of our own messages. */
const deliveryReport = 'subscribe_msg_sent_event'

/**
 * `$7`: a day. Whose last event was on a later one is active, on that day if one came since `$8`.
 * Arrivals are events. One look for each user, whatever a planner expects.
 */
const isActive = `(CASE
    WHEN (SELECT day FROM users WHERE users.usr = c.usr) > $7 THEN true
    WHEN (SELECT day FROM users WHERE users.usr = c.usr) = $7
      THEN (SELECT max(received_ms) FROM events WHERE events.usr = c.usr) >= $8
    ELSE false END
  OR (SELECT 1 FROM pushes AS p WHERE p.usr = c.usr AND p.received_ms >= $8
    AND p.type <> '${deliveryReport}' LIMIT 1) IS NOT NULL)`

/** The users from behind `$1` to `$4`; `$6` to `$10` are those of `narrow`. */
const holders = (which: string) => `FROM credits AS c
    WHERE usr > $1 AND usr <= $4 AND ${which} AND ${isUsable} AND
      (SELECT app FROM users WHERE users.usr = c.usr AND open_id IS NOT NULL) = $5
      AND (CAST($6 AS text) IS NULL OR EXISTS (SELECT 1 FROM credit_tags AS t
        WHERE t.usr = c.usr AND t.credit = c.id AND t.tag = $6))
      AND (CAST($9 AS bigint) IS NULL OR EXISTS (SELECT 1 FROM group_members AS m
        WHERE m.grp = $9 AND m.usr = c.usr))
      AND (CAST($10 AS bigint) IS NULL OR EXISTS (SELECT 1 FROM arrivals AS a
        WHERE a.share = $10 AND a.usr = c.usr))
      AND (CAST($7 AS int) IS NULL OR ${isActive})
    GROUP BY usr`

/** SQL: 1 if one of these credits has no limit of uses, else 0; NULL: there are none. */
const hasUnlimited = 'max(CASE WHEN uses_left IS NULL THEN 1 ELSE 0 END)'

/** SQL: the user has reached the limit of the day. */
const isOver = (user: string, day: number) => `EXISTS (SELECT 1 FROM user_days AS d
    WHERE d.usr = ${user} AND d.day = $${day} AND d.count >= $${day + 1})`

/** @param users a query for `reason`, why the user would be refused, and `unlimited` */
const counted = (users: string) => `SELECT reason, count(*) AS users,
    count(CASE WHEN unlimited = 1 THEN 1 END) AS unlimited
  FROM (${users}) AS near GROUP BY reason`

const audienceTexts = (which: string) => ({
  end: `SELECT usr AS "user" FROM credits WHERE usr > $1 AND ${which}
    ORDER BY usr LIMIT 1 OFFSET $3`,
  // One look at `users` for each holder, as in find-holders.ts.
  open: `INSERT INTO broadcast_recipients (broadcast, usr, state)
    SELECT CAST($11 AS bigint), usr, ${stateFor(12)} ${holders(which)}
    ON CONFLICT DO NOTHING`,
  count: counted(`SELECT CASE WHEN ${isOver('c.usr', 11)} THEN 'user_limit' END AS reason,
    ${hasUnlimited} AS unlimited ${holders(which)}`),
  // For audience-apart.ts: what lies with the users.
  holders: `SELECT c.usr AS "user", ${hasUnlimited} AS unlimited
    FROM credits AS c JOIN users AS u ON u.usr = c.usr
    WHERE c.usr > $1 AND c.usr <= $4 AND ${which} AND ${isUsable}
      AND u.app = $5 AND u.open_id IS NOT NULL
      AND (CAST($6 AS text) IS NULL OR EXISTS (SELECT 1 FROM credit_tags AS t
        WHERE t.usr = c.usr AND t.credit = c.id AND t.tag = $6))
    GROUP BY c.usr`,
})

const templateTexts = audienceTexts(ofTemplate)
const kindsTexts = audienceTexts(ofKinds)

const textsOf = ({ ref }: Audience) => (ref === undefined ? kindsTexts : templateTexts)
const whichOf = ({ ref, kinds }: Audience) => ref ?? kindMask(kinds)

type Narrowed = [
  tag: string | null,
  day: number | null,
  sinceMs: number | null,
  group: number | null,
  share: number | null,
]

/** As `holders`, on engines that span several machines. */
function* findApart(
  sql: Sql,
  text: string,
  range: readonly [after: number, which: Value, nowMs: number, to: number, app: number],
  [tag, day, sinceMs, group, share]: Narrowed,
): Operation<Holder[]> {
  const found = yield* sql.all<Holder>(text, ...range, tag)
  return yield* narrowApart(sql, found, { day, sinceMs, group, share }, deliveryReport)
}

/** The values `$6` to `$10` of `holders`. `undefined`: nobody can be meant. */
function* narrow(
  sql: Sql,
  app: number,
  { tag, activeSinceMs, openGId, shareId }: Audience,
  nowMs: number,
): Operation<Narrowed | undefined> {
  const group = openGId === undefined ? null : yield* findGroupNumber(sql, app, openGId)
  const share = shareId === undefined ? null : (yield* findShareRow(sql, app, shareId))?.share
  if (group === undefined || share === undefined) return undefined
  const sinceMs = activeSinceMs ?? null
  return [tag ?? null, sinceMs === null ? null : activeDay(sinceMs, nowMs), sinceMs, group, share]
}

/** The day whose events decide; those of a day long ago are deleted, and it counts as a whole. */
const activeDay = (sinceMs: number, nowMs: number) =>
  sinceMs < nowMs - retention.eventsMs ? dayOf(sinceMs) - 1 : dayOf(sinceMs)

export function* openAudience(sql: Sql, input: OpenAudience): Operation<boolean> {
  const { broadcast, nowMs, step, holdout } = input
  const served = yield* serve(sql, input)
  if (!served || served.openingUser === null) return false
  const after = served.openingUser
  const narrowed =
    served.deadlineMs <= nowMs ? undefined : yield* narrow(sql, served.app, input, nowMs)
  if (!narrowed) {
    yield* moveOpening(sql, input, null)
    return true
  }
  const [texts, which] = [textsOf(input), whichOf(input)]
  const end = yield* sql.get<{ user: number }>(texts.end, after, which, step - 1)
  const to = end?.user ?? Number.MAX_SAFE_INTEGER
  const range = [after, which, nowMs, to, served.app] as const
  const rest = [broadcast, ...holdoutValues(served.id, holdout)]
  const added = sql.dialect.spansMachines
    ? yield* addApart(sql, yield* findApart(sql, texts.holders, range, narrowed), rest)
    : yield* sql.run(texts.open, ...range, ...narrowed, ...rest)
  const heldOut = holdout === undefined ? 0 : yield* countHeldOut(sql, broadcast, after, to)
  yield* countAdded(sql, broadcast, { added, heldOut })
  yield* moveOpening(sql, input, end?.user ?? null)
  return true
}

const addApart = (sql: Sql, found: readonly Holder[], rest: readonly number[]) =>
  sql.run(
    `INSERT INTO broadcast_recipients (broadcast, usr, state)
     SELECT CAST($2 AS bigint), usr, ${stateFor(3)}
     FROM ${sql.dialect.rowsOf('$1', { usr: 'bigint' })} ON CONFLICT DO NOTHING`,
    JSON.stringify(found.map(({ user }) => [user])),
    ...rest,
  )

/** @param to the user behind whom the next step begins; `null`: the audience is complete */
function* moveOpening(
  sql: Sql,
  { broadcast, nowMs }: OpenAudience,
  to: number | null,
): Operation<void> {
  const opened = yield* sql.get<{ isTold: number | boolean }>(
    `UPDATE broadcasts SET opening_usr = $2 WHERE broadcast = $1
     RETURNING ${isCountTold('$3')} AS "isTold"`,
    broadcast,
    to,
    nowMs,
  )
  if (opened?.isTold) yield* tellBroadcast(sql, broadcast, nowMs)
}

/** Of the recipients from behind a user to another one. */
function* countHeldOut(
  sql: Sql,
  broadcast: BroadcastNumber,
  after: number,
  to: number,
): Operation<number> {
  const row = yield* sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM broadcast_recipients
     WHERE broadcast = $1 AND usr > $2 AND usr <= $3 AND state = ${recipientCode.of('heldOut')}`,
    broadcast,
    after,
    to,
  )
  return row!.count
}

interface Counted {
  reason: keyof CountedUsers['refused'] | null
  users: number
  unlimited: number
}

/** As `counted`. */
function sumOf(users: readonly Refusable[]): Counted[] {
  const sums = new Map<Counted['reason'], Counted>()
  for (const { reason, unlimited } of users) {
    const sum = sums.get(reason) ?? { reason, users: 0, unlimited: 0 }
    const more = unlimited === 1 ? 1 : 0
    sums.set(reason, { ...sum, users: sum.users + 1, unlimited: sum.unlimited + more })
  }
  return [...sums.values()]
}

function toCounted(rows: readonly Counted[], end?: { user: number }): CountedUsers {
  const refused = { user_limit: 0, no_credit: 0, user_unknown: 0 }
  for (const { reason, users } of rows) if (reason !== null) refused[reason] = users
  const free = rows.find(({ reason }) => reason === null)
  return {
    reachable: free?.users ?? 0,
    unlimited: free?.unlimited ?? 0,
    refused,
    ...(end && { next: end.user }),
  }
}

export function* countAudience(sql: Sql, input: CountAudience): Operation<CountedUsers> {
  const { appId, nowMs, step, perDay, after = -1 } = input
  const app = yield* findApp(sql, appId)
  const narrowed = app === undefined ? undefined : yield* narrow(sql, app, input, nowMs)
  if (!narrowed) return toCounted([])
  const [texts, which] = [textsOf(input), whichOf(input)]
  const end = yield* sql.get<{ user: number }>(texts.end, after, which, step - 1)
  const to = end?.user ?? Number.MAX_SAFE_INTEGER
  const range = [after, which, nowMs, to, app!] as const
  if (sql.dialect.spansMachines) {
    const found = yield* findApart(sql, texts.holders, range, narrowed)
    return toCounted(sumOf(yield* refuseApart(sql, found, perDay)), end)
  }
  const rows = yield* sql.all<Counted>(
    texts.count,
    ...range,
    ...narrowed,
    perDay?.day ?? null,
    perDay?.most ?? null,
  )
  return toCounted(rows, end)
}

/** In the order of the ledger: a user who has reached the limit is refused for that. */
const waiting = `broadcast = $1 AND usr > $2 AND state = ${recipientCode.of('waiting')}`
const waitingText = counted(`SELECT unlimited, CASE
    WHEN (SELECT open_id FROM users WHERE users.usr = few.usr) IS NULL THEN 'user_unknown'
    WHEN ${isOver('few.usr', 7)} THEN 'user_limit'
    WHEN unlimited IS NULL THEN 'no_credit' END AS reason
  FROM (SELECT usr, (SELECT ${hasUnlimited} FROM credits AS c
      WHERE c.usr = r.usr AND ($4 & (1 << kind)) <> 0
        AND (CAST($5 AS text) IS NULL OR ref = $5) AND uses_left IS DISTINCT FROM 0
        AND (usable_until_ms > $6 OR usable_until_ms IS NULL)) AS unlimited
    FROM broadcast_recipients AS r WHERE ${waiting} AND usr <= $3) AS few`)

function* waitingApart(
  sql: Sql,
  range: readonly [broadcast: BroadcastNumber, after: number, to: number],
  spendable: readonly Value[],
): Operation<Holder[]> {
  const rows = yield* sql.all<{ user: UserNumber }>(
    `SELECT usr AS "user" FROM broadcast_recipients WHERE ${waiting} AND usr <= $3`,
    ...range,
  )
  const users = rows.map(({ user }) => user)
  const held = yield* sql.all<Holder>(
    `SELECT usr AS "user", ${hasUnlimited} AS unlimited FROM credits
     WHERE usr ${sql.dialect.anyOf('$1', 'bigint')} AND ($2 & (1 << kind)) <> 0
       AND (CAST($3 AS text) IS NULL OR ref = $3) AND uses_left IS DISTINCT FROM 0
       AND (usable_until_ms > $4 OR usable_until_ms IS NULL) GROUP BY usr`,
    users,
    ...spendable,
  )
  const unlimited = new Map(held.map((one) => [one.user, one.unlimited]))
  return users.map((user) => ({ user, unlimited: unlimited.get(user) ?? null }))
}

export function* countWaiting(sql: Sql, input: CountWaiting): Operation<CountedUsers> {
  const { broadcast, kinds, ref, nowMs, step, perDay, after = -1 } = input
  const end = yield* sql.get<{ user: number }>(
    `SELECT usr AS "user" FROM broadcast_recipients WHERE ${waiting}
     ORDER BY usr LIMIT 1 OFFSET $3`,
    broadcast,
    after,
    step - 1,
  )
  const range = [broadcast, after, end?.user ?? Number.MAX_SAFE_INTEGER] as const
  const spendable = [kindMask(kinds), ref ?? null, nowMs] as const
  if (sql.dialect.spansMachines) {
    const found = yield* waitingApart(sql, range, spendable)
    return toCounted(sumOf(yield* refuseApart(sql, found, perDay)), end)
  }
  const rows = yield* sql.all<Counted>(
    waitingText,
    ...range,
    ...spendable,
    perDay?.day ?? null,
    perDay?.most ?? null,
  )
  return toCounted(rows, end)
}
