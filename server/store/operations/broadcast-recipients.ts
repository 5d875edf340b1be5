/** The recipients of a broadcast: uploaded and listed. */
import type { RecipientState } from '../../../shared/codes.ts'
import { listPages } from '../../rules/requests.ts'
import { broadcastCode, messageId, recipientCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type {
  AddRecipients,
  BroadcastNumber,
  NewRecipient,
  Page,
  RecipientRow,
  UserNumber,
} from '../store.ts'
import { countAdded } from './broadcasts.ts'
import { holdoutValues, isHeldOut, stateFor } from './holdout.ts'
import { addOpenIds, openIdOf } from './open-ids.ts'
import { cutPage, readCursor, writeCursor } from './pages.ts'
import { lockUserOf } from './users.ts'

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

/** Nobody erases these users until the transaction ends: their fields would outlive them. */
function* internUsers(
  sql: Sql,
  { app, appId }: { app: number; appId: string },
  recipients: readonly NewRecipient[],
): Operation<Map<string, UserNumber>> {
  // In one order, so that two uploads of the same new users do not wait for each other.
  const openIds = [...new Set(recipients.map(({ openId }) => openId))].sort()
  const { isConcurrent, isOpenId, rowsOf, spansMachines } = sql.dialect
  if (spansMachines) return yield* lockOneByOne(sql, appId, openIds)
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

function* lockOneByOne(sql: Sql, appId: string, openIds: readonly string[]) {
  const users = new Map<string, UserNumber>()
  for (const openId of openIds) users.set(openId, (yield* lockUserOf(sql, appId, openId)).user)
  return users
}

interface ListedRecipient {
  user: UserNumber
  openId: string | null
  state: number
  reason: string | null
  message: number | null
  openedAtMs: number | null
  renewedAtMs: number | null
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
    `SELECT usr AS "user", state, reason, message, opened_ms AS "openedAtMs",
       renewed_ms AS "renewedAtMs",
       ${openIdOf(sql, 'r.usr')} AS "openId"
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
  return {
    recipients: (yield* addOpenIds(sql, onPage)).map(toRecipient),
    ...(cursor !== undefined && { cursor }),
  }
}

const toRecipient = ({
  user,
  openId,
  state,
  reason,
  message,
  openedAtMs,
  renewedAtMs,
}: ListedRecipient): RecipientRow => ({
  openId: openId ?? undefined,
  state: recipientCode.word(state),
  ...(reason !== null && { reason }),
  ...(message !== null && { messageId: messageId(user, message) }),
  ...(openedAtMs !== null && { openedAtMs }),
  ...(renewedAtMs !== null && { renewedAtMs }),
})
