/** Messages that are due: claimed for a holder, which sends them. */
import { isScheduled, isUnsettled, messageId, stateCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { ClaimedMessage, ClaimMessages, UserNumber } from '../store.ts'
import {
  endMessage,
  findReservedCredit,
  leaseMessage,
  lockMessage,
  takeOver,
  type StoredMessage,
} from './message-rows.ts'
import { reserveIfAdmitted, type Taken } from './messages.ts'
import { countDay, limitReached } from './send-limits.ts'

/**
 * Claims messages that are due: queued and scheduled ones, and those whose lease has ended. Leases
 * of dead processes end by time alone. Users that another transaction has locked are skipped: their
 * messages are due at the next call, too, and two callers that wait for each other's users would
 * deadlock.
 */
export function* claimMessages(sql: Sql, input: ClaimMessages): Operation<ClaimedMessage[]> {
  return yield* claimDue(sql, yield* findDue(sql, input), input)
}

/** Those of the messages that are still due, and whose users no other transaction has locked. */
export function* claimDue(
  sql: Sql,
  due: readonly Due[],
  input: ClaimMessages,
): Operation<ClaimedMessage[]> {
  if (due.length === 0) return []
  const free = yield* lockUsers(sql, due)
  const claimed: ClaimedMessage[] = []
  for (const { user, id } of due) {
    if (free && !(free.has(user) && (yield* isStillDue(sql, user, id, input)))) continue
    claimed.push(yield* claim(sql, (yield* lockMessage(sql, user, id))!, input))
  }
  return claimed
}

export interface Due {
  user: UserNumber
  id: number
}

/** The earliest due messages: those under way before those whose time has come. */
export function* findDue(sql: Sql, input: ClaimMessages): Operation<Due[]> {
  const underWay = yield* findDueUnderWay(sql, input)
  const scheduled = yield* sql.all<Due>(
    `SELECT usr AS "user", id FROM messages WHERE ${isScheduled} AND send_at_ms <= $1
     ORDER BY send_at_ms LIMIT $2`,
    input.nowMs,
    input.limit - underWay.length,
  )
  return [...underWay, ...scheduled]
}

interface DueUnderWay extends Due {
  /** Leased by the caller. */
  isOwn: number | boolean
}

/** Without those that the holder is still sending. */
function* findDueUnderWay(
  sql: Sql,
  { holder, holding, limit }: ClaimMessages,
): Operation<DueUnderWay[]> {
  const due = yield* sql.all<DueUnderWay>(
    `SELECT usr AS "user", id,
       (state = ${stateCode.of('sending')} AND holder IS NOT DISTINCT FROM $1) AS "isOwn"
     FROM messages WHERE ${isUnsettled} AND due <= $now ORDER BY due LIMIT $2`,
    holder,
    limit + holding.length,
  )
  const held = new Set<string>(holding)
  return due
    .filter(({ user, id, isOwn }) => !isOwn || !held.has(messageId(user, id)))
    .slice(0, limit)
}

/** The users that no other transaction has locked; `undefined`: there are no other transactions. */
function* lockUsers(sql: Sql, due: readonly Due[]): Operation<Set<UserNumber> | undefined> {
  if (!sql.dialect.isConcurrent) return undefined
  if (sql.dialect.spansMachines) return yield* lockOneByOne(sql, due)
  const rows = yield* sql.all<{ usr: UserNumber }>(
    `SELECT usr FROM users WHERE usr ${sql.dialect.anyOf('$1', 'bigint')}
     ORDER BY usr ${sql.dialect.skipLocked}`,
    due.map(({ user }) => user),
  )
  return new Set(rows.map(({ usr }) => usr))
}

function* lockOneByOne(sql: Sql, due: readonly Due[]): Operation<Set<UserNumber>> {
  const free = new Set<UserNumber>()
  for (const user of new Set(due.map((one) => one.user))) {
    const text = `SELECT usr FROM users WHERE usr = $1 ${sql.dialect.skipLocked}`
    if (yield* sql.get(text, user)) free.add(user)
  }
  return free
}

/** Another transaction may have claimed it since, or have it locked. */
function* isStillDue(
  sql: Sql,
  user: UserNumber,
  id: number,
  { nowMs }: ClaimMessages,
): Operation<boolean> {
  const found = yield* sql.get(
    `SELECT 1 FROM messages WHERE usr = $1 AND id = $2
       AND ((${isUnsettled} AND due <= $now) OR (${isScheduled} AND send_at_ms <= $3))
     ${sql.dialect.skipLocked}`,
    user,
    id,
    nowMs,
  )
  return found !== undefined
}

function* claim(sql: Sql, stored: StoredMessage, input: ClaimMessages): Operation<ClaimedMessage> {
  if (stored.row.state === 'sending') {
    const message = yield* takeOver(sql, stored, input)
    const credit = yield* findReservedCredit(sql, stored)
    const { holder, handedOver } = stored
    const former = holder && !handedOver && { formerHolder: holder }
    return { message, abandoned: true, probe: false, ...former, ...(credit && { credit }) }
  }
  const taken = yield* takeForWaiting(sql, stored, input)
  if ('refusal' in taken) {
    const to = { state: 'refused', reason: taken.refusal, nowMs: input.nowMs } as const
    return { message: yield* endMessage(sql, stored, to), abandoned: false, probe: false }
  }
  const { day, ...reserved } = taken
  const message = yield* leaseMessage(sql, stored, reserved.credit, { ...input, day })
  return { message, abandoned: false, ...reserved }
}

/** A credit for a message that waited, and the day on which a scheduled one begins to count. */
function* takeForWaiting(
  sql: Sql,
  { row, number, kinds, ref, app }: StoredMessage,
  input: ClaimMessages,
): Operation<Taken & { day?: number | undefined }> {
  const { user, channel } = row
  const isScheduledOne = row.state === 'scheduled'
  const { perDay, ...limit } = input.limits?.[channel] ?? {}
  const counted = isScheduledOne && perDay ? { perDay } : {}
  const refusal =
    row.deadlineMs <= input.nowMs
      ? input.ifLate
      : yield* limitReached(sql, user, { ...limit, ...counted })
  if (refusal) return { refusal }
  const query = { user, kinds, ref, message: number, nowMs: input.nowMs }
  const taken = yield* reserveIfAdmitted(sql, query, { ...input, app, channel })
  if ('refusal' in taken || !counted.perDay) return taken
  yield* countDay(sql, user, counted.perDay.day)
  return { ...taken, day: counted.perDay.day }
}
