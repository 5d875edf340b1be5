/** The recipients of a broadcast: uploaded, found among those who hold credits, and listed. */
import type { RecipientState } from '../../../shared/codes.ts'
import { listPages } from '../../rules/requests.ts'
import { broadcastCode, kindCode, kindMask, messageId, recipientCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  AddRecipients,
  BroadcastNumber,
  CountAudience,
  NewRecipient,
  OpenAudience,
  Page,
  RecipientRow,
  UserNumber,
} from '../store.ts'
import { isCountTold, tellBroadcast } from './broadcast-changes.ts'
import { serve } from './broadcasts.ts'
import { isUsable } from './find-holders.ts'
import { holdoutValues, isHeldOut, stateFor } from './holdout.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { findApp, lockUserOf } from './users.ts'

export function* addRecipients(
  sql: Sql,
  { broadcast, recipients, holdout }: AddRecipients,
): Operation<{ added: number } | undefined> {
  const draft = yield* sql.get<{ app: number; appId: string; id: string }>(
    `SELECT app, id, (SELECT app_id FROM apps WHERE apps.app = broadcasts.app) AS "appId"
     FROM broadcasts WHERE broadcast = $1 AND state = ${broadcastCode.of('draft')}
     ${sql.dialect.forUpdate}`,
    broadcast,
  )
  if (!draft) return undefined
  const users = yield* internUsers(sql, draft, recipients)
  const rows = recipients.map(({ openId, data = null, page = null }) => [
    users.get(openId)!,
    data,
    page,
  ])
  const columns = { usr: 'bigint', data: 'text', page: 'text' } as const
  const added = yield* sql.all<{ state: number }>(
    `INSERT INTO broadcast_recipients (broadcast, usr, state, data, page)
     SELECT CAST($1 AS bigint), usr, ${stateFor(3)},
       CASE WHEN ${isHeldOut(3)} THEN NULL ELSE data END,
       CASE WHEN ${isHeldOut(3)} THEN NULL ELSE page END
     FROM ${sql.dialect.rowsOf('$2', columns)}
     WHERE true ON CONFLICT DO NOTHING RETURNING state`,
    broadcast,
    JSON.stringify(rows),
    ...holdoutValues(draft.id, holdout),
  )
  const heldOut = added.filter(({ state }) => state === recipientCode.of('heldOut'))
  yield* countAdded(sql, broadcast, { added: added.length, heldOut: heldOut.length })
  return { added: added.length }
}

const countAdded = (
  sql: Sql,
  broadcast: BroadcastNumber,
  { added, heldOut }: { added: number; heldOut: number },
) =>
  sql.run(
    `UPDATE broadcasts SET recipients = recipients + $2, held_out = held_out + $3
     WHERE broadcast = $1`,
    broadcast,
    added,
    heldOut,
  )

/** Nobody erases these users until the transaction ends: their fields would outlive them. */
function* internUsers(
  sql: Sql,
  { app, appId }: { app: number; appId: string },
  recipients: readonly NewRecipient[],
): Operation<Map<string, UserNumber>> {
  // In one order, so that two uploads of the same new users do not wait for each other.
  const openIds = [...new Set(recipients.map(({ openId }) => openId))].sort()
  const { isConcurrent, isOpenId, rowsOf } = sql.dialect
  // CROSS JOIN: SQLite looks each openId up, and does not read all users.
  const known = yield* sql.all<{ openId: string; user: UserNumber }>(
    `SELECT users.open_id AS "openId", users.usr AS "user"
     FROM ${rowsOf('$2', { wanted: 'text' })} CROSS JOIN users
     WHERE app = $1 AND ${isOpenId('wanted')}
     ${isConcurrent ? 'FOR KEY SHARE OF users' : ''}`,
    app,
    JSON.stringify(openIds.map((openId) => [openId])),
  )
  const users = new Map(known.map(({ openId, user }) => [openId, user]))
  for (const openId of openIds) {
    if (!users.has(openId)) users.set(openId, (yield* lockUserOf(sql, appId, openId)).user)
  }
  return users
}

/** Which credits are looked at: of one template by its index, or all in the order of users. */
const ofTemplate = `kind = ${kindCode.of('subscription')} AND ref = $2`
const ofKinds = `($2 & (1 << kind)) <> 0`

const holders = (which: string, tag: string) => `FROM credits AS c
    WHERE usr > $1 AND usr <= $4 AND ${which} AND ${isUsable} AND
      (SELECT app FROM users WHERE users.usr = c.usr AND open_id IS NOT NULL) = $5
      AND (CAST(${tag} AS text) IS NULL OR EXISTS (SELECT 1 FROM credit_tags AS t
        WHERE t.usr = c.usr AND t.credit = c.id AND t.tag = ${tag}))`

const audienceTexts = (which: string) => ({
  end: `SELECT usr AS "user" FROM credits WHERE usr > $1 AND ${which}
    ORDER BY usr LIMIT 1 OFFSET $3`,
  // One look at `users` for each holder, as in find-holders.ts.
  open: `INSERT INTO broadcast_recipients (broadcast, usr, state)
    SELECT CAST($6 AS bigint), usr, ${stateFor(8)} ${holders(which, '$7')} GROUP BY usr
    ON CONFLICT DO NOTHING`,
  count: `SELECT count(*) AS users FROM (SELECT usr ${holders(which, '$6')} GROUP BY usr)
    AS holders`,
})

const templateTexts = audienceTexts(ofTemplate)
const kindsTexts = audienceTexts(ofKinds)

export function* openAudience(sql: Sql, input: OpenAudience): Operation<boolean> {
  const { broadcast, nowMs, kinds, ref, tag, step, holdout } = input
  const served = yield* serve(sql, input)
  if (!served || served.openingUser === null) return false
  const texts = ref === undefined ? kindsTexts : templateTexts
  const which = ref ?? kindMask(kinds)
  const isLate = served.deadlineMs <= nowMs
  const end = yield* sql.get<{ user: number }>(texts.end, served.openingUser, which, step - 1)
  const to = end?.user ?? Number.MAX_SAFE_INTEGER
  const added = isLate
    ? 0
    : yield* sql.run(
        texts.open,
        served.openingUser,
        which,
        nowMs,
        to,
        served.app,
        broadcast,
        tag ?? null,
        ...holdoutValues(served.id, holdout),
      )
  const heldOut =
    holdout === undefined ? 0 : yield* countHeldOut(sql, broadcast, served.openingUser, to)
  yield* countAdded(sql, broadcast, { added, heldOut })
  const opened = yield* sql.get<{ isTold: number | boolean }>(
    `UPDATE broadcasts SET opening_usr = $2 WHERE broadcast = $1
     RETURNING ${isCountTold('$3')} AS "isTold"`,
    broadcast,
    isLate ? null : (end?.user ?? null),
    nowMs,
  )
  if (opened?.isTold) yield* tellBroadcast(sql, broadcast, nowMs)
  return true
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

export function* countAudience(
  sql: Sql,
  { appId, nowMs, kinds, ref, tag, step, after = -1 }: CountAudience,
): Operation<{ users: number; next?: number }> {
  const app = yield* findApp(sql, appId)
  if (app === undefined) return { users: 0 }
  const texts = ref === undefined ? kindsTexts : templateTexts
  const which = ref ?? kindMask(kinds)
  const end = yield* sql.get<{ user: number }>(texts.end, after, which, step - 1)
  const to = end?.user ?? Number.MAX_SAFE_INTEGER
  const row = yield* sql.get<{ users: number }>(
    texts.count,
    after,
    which,
    nowMs,
    to,
    app,
    tag ?? null,
  )
  return { users: row!.users, ...(end && { next: end.user }) }
}

interface ListedRecipient {
  user: UserNumber
  openId: string | null
  state: number
  reason: string | null
  message: number | null
}

export function* findRecipients(
  sql: Sql,
  { broadcast, page }: { broadcast: BroadcastNumber; page: Page & { state?: RecipientState } },
): Operation<{ recipients: RecipientRow[]; cursor?: string }> {
  const [after] = readCursor(page.cursor, [0])
  const end = yield* sql.get<{ user: UserNumber }>(
    `SELECT usr AS "user" FROM broadcast_recipients WHERE broadcast = $1 AND usr > $2
     ORDER BY usr LIMIT 1 OFFSET ${listPages.searched - 1}`,
    broadcast,
    after,
  )
  const rows = yield* sql.all<ListedRecipient>(
    `SELECT usr AS "user", state, reason, message,
       (SELECT open_id FROM users WHERE users.usr = r.usr) AS "openId"
     FROM broadcast_recipients AS r WHERE broadcast = $1 AND usr > $2 AND usr <= $3
       AND (CAST($4 AS smallint) IS NULL OR state = $4)
     ORDER BY usr LIMIT $5`,
    broadcast,
    after,
    end?.user ?? Number.MAX_SAFE_INTEGER,
    page.state === undefined ? null : recipientCode.of(page.state),
    page.limit + 1,
  )
  const { onPage, next } = cutPage(rows, page.limit, ({ user }) => [user])
  const cursor = next.cursor ?? (end && writeCursor([end.user]))
  return { recipients: onPage.map(toRecipient), ...(cursor !== undefined && { cursor }) }
}

const toRecipient = ({ user, openId, state, reason, message }: ListedRecipient): RecipientRow => ({
  openId: openId ?? undefined,
  state: recipientCode.word(state),
  ...(reason !== null && { reason }),
  ...(message !== null && { messageId: messageId(user, message) }),
})
