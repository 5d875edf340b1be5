/** Claims messages that are due: queued ones, and those whose lease has ended. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import { stateCode, underWay } from '../row-codes.ts'
import { messageId } from '../row-ids.ts'
import type { Sql } from '../sql.ts'
import type { ClaimedMessage, ClaimMessages, MessageRow, UserNumber } from '../store.ts'
import { endMessage, leaseMessage, takeOver } from './message-states.ts'
import { reserveIfAdmitted } from './open-message.ts'
import { findReservedCredit, lockMessage } from './stored-messages.ts'
import type { StoredMessage } from './stored-messages.ts'

/**
 * Leases of dead processes end by time alone. Users that another transaction has locked are
 * skipped: their messages are due at the next call, too, and two callers that wait for each other's
 * users would deadlock.
 */
export async function claimMessages(sql: Sql, input: ClaimMessages): Promise<ClaimedMessage[]> {
  const due = await findDue(sql, input)
  if (due.length === 0) return []
  const free = await lockUsers(sql, due)
  const claimed: ClaimedMessage[] = []
  for (const { user, id } of due) {
    if (free && !(free.has(user) && (await isStillDue(sql, user, id)))) continue
    claimed.push(await claim(sql, (await lockMessage(sql, user, id))!, input))
  }
  return claimed
}

interface Due {
  user: UserNumber
  id: number
  /** Leased by the caller. */
  isOwn: number | boolean
}

/** The earliest due messages, without those that the holder is still sending. */
async function findDue(sql: Sql, { holder, holding, limit }: ClaimMessages): Promise<Due[]> {
  const due = await sql.all<Due>(
    `SELECT usr AS "user", id,
       (state = ${stateCode.of('sending')} AND holder IS NOT DISTINCT FROM $1) AS "isOwn"
     FROM messages WHERE ${underWay} AND due <= $now ORDER BY due LIMIT $2`,
    holder,
    limit + holding.length,
  )
  const held = new Set<string>(holding)
  return due
    .filter(({ user, id, isOwn }) => !isOwn || !held.has(messageId(user, id)))
    .slice(0, limit)
}

/** The users that no other transaction has locked; `undefined`: there are no other transactions. */
async function lockUsers(sql: Sql, due: Due[]): Promise<Set<UserNumber> | undefined> {
  if (!sql.dialect.isConcurrent) return undefined
  const rows = await sql.all<{ usr: UserNumber }>(
    `SELECT usr FROM users WHERE usr ${sql.dialect.anyOf('$1', 'bigint')}
     ORDER BY usr ${sql.dialect.skipLocked}`,
    due.map(({ user }) => user),
  )
  return new Set(rows.map(({ usr }) => usr))
}

/** Another transaction may have claimed it since, or have it locked. */
async function isStillDue(sql: Sql, user: UserNumber, id: number): Promise<boolean> {
  const found = await sql.get(
    `SELECT 1 FROM messages WHERE usr = $1 AND id = $2 AND ${underWay} AND due <= $now
     ${sql.dialect.skipLocked}`,
    user,
    id,
  )
  return found !== undefined
}

async function claim(
  sql: Sql,
  stored: StoredMessage,
  input: ClaimMessages,
): Promise<ClaimedMessage> {
  if (stored.row.state === 'sending') {
    const message = await takeOver(sql, stored, input)
    const credit = await findReservedCredit(sql, stored)
    const { holder, handedOver } = stored
    const former = holder && !handedOver && { formerHolder: holder }
    return { message, abandoned: true, probe: false, ...former, ...(credit && { credit }) }
  }
  const taken = await takeForQueued(sql, stored, input)
  if ('refusal' in taken) {
    const to = { state: 'refused', reason: taken.refusal, nowMs: input.nowMs } as const
    return { message: await endMessage(sql, stored, to), abandoned: false, probe: false }
  }
  const message = await leaseMessage(sql, stored, taken.credit, input)
  return { message, abandoned: false, ...taken }
}

async function takeForQueued(sql: Sql, stored: StoredMessage, input: ClaimMessages) {
  const { row, number, kinds, ref } = stored
  const refusal = refusalOf(row, input)
  if (refusal) return { refusal }
  const query = { user: row.user, kinds, ref, message: number, nowMs: input.nowMs }
  return reserveIfAdmitted(sql, query, { ...input, app: stored.app, channel: row.channel })
}

/** Why a queued message is not sent any more, whatever credits there are. */
function refusalOf(row: MessageRow, input: ClaimMessages): MessageReason | undefined {
  return row.deadlineMs <= input.nowMs ? input.ifLate : input.closed?.[row.channel]
}
