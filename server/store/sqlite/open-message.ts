import type { MessageReason } from '../../../shared/wire/index.ts'
import type { Passing } from '../channel-stops.ts'
import { hasKey, newMessage, openedBefore, openedNow } from '../opening.ts'
import type { Taken } from '../opening.ts'
import { creditQueryOf } from '../reservation.ts'
import type { CreditQuery } from '../reservation.ts'
import { channelCode, stateCode } from '../row-codes.ts'
import { firstNumber, nextNumber } from '../row-ids.ts'
import type { MessageRow, OpenedMessage, OpenMessage, UserNumber } from '../store.ts'
import { readMessage } from './message-row.ts'
import { countReserved, reserve } from './reserve.ts'
import type { Statements } from './statements.ts'
import { pass, markProbe } from './stops.ts'
import { countDay, limitReached } from './user-days.ts'
import { internUserOfApp } from './users.ts'

/** @param dueMs when the lease ends, by the engine's clock */
export function openMessage(
  sql: Statements,
  { input, dueMs }: { input: OpenMessage; dueMs: number },
): OpenedMessage {
  const { user, app } = internUserOfApp(sql, input.appId, input.openId)
  const place = findPlace(sql, user, input)
  if ('known' in place) return openedBefore(readMessage(sql, user, place.known)!, input)
  const creditQuery = creditQueryOf({ user, message: place.free, nowMs: input.nowMs }, input)
  const refusal = limitReached(sql, user, input.limit)
  const taken = refusal ? { refusal } : take(sql, creditQuery, { ...input, app })
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) countDay(sql, user, day)
  const message = insertMessage(sql, input, { creditQuery, taken, dueMs, day })
  return openedNow(message, taken)
}

/** The live message of this key, or the first free number in the key's search. */
function findPlace(
  sql: Statements,
  user: UserNumber,
  input: OpenMessage,
): { known: number } | { free: number } {
  for (let number = firstNumber(input.keyHash); ; number = nextNumber(number)) {
    const taken = sql<{ key: Uint8Array | null; keyEndsMs: number }>(
      'SELECT key, key_ends_ms AS keyEndsMs FROM messages WHERE user = ? AND id = ?',
    ).get(user, number)
    if (!taken) return { free: number }
    if (hasKey(taken, input)) return { known: number }
  }
}

/** A credit, if the channel is open and one is left. */
export function take(
  sql: Statements,
  creditQuery: CreditQuery,
  from: Passing & Pick<OpenMessage, 'ifNone'>,
): Taken {
  const passage = pass(sql, from)
  if (!passage.passes) return { refusal: passage.reason }
  const credit = reserve(sql, creditQuery)
  if (!credit) return { refusal: noneLeft(sql, creditQuery, from.ifNone) }
  if (passage.probe) markProbe(sql, from)
  return { credit, probe: passage.probe }
}

/** "No credit" is always told with what is reserved at this moment, since that may come back. */
export function noneLeft(
  sql: Statements,
  creditQuery: CreditQuery,
  reason: MessageReason,
): MessageReason {
  return reason.code === 'no_credit'
    ? { ...reason, reserved: countReserved(sql, creditQuery) }
    : reason
}

function insertMessage(
  sql: Statements,
  input: OpenMessage,
  {
    creditQuery,
    taken,
    dueMs,
    day,
  }: { creditQuery: CreditQuery; taken: Taken; dueMs: number; day: number | undefined },
): MessageRow {
  const credit = 'credit' in taken ? taken.credit : undefined
  const refusal = 'refusal' in taken ? taken.refusal : undefined
  sql(
    `INSERT INTO messages (user, id, key, body, channel, template_id, kinds, ref, payload, state, reason, attempts,
       credit, credit_generation, presentations, holder, due, key_ends_ms, created_ms, deadline_ms, settled_ms,
       day)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    creditQuery.user,
    creditQuery.message,
    input.keyHash,
    input.bodyHash,
    channelCode.of(input.channel),
    input.templateId ?? null,
    creditQuery.kinds,
    creditQuery.ref,
    input.payload,
    stateCode.of(credit ? 'sending' : 'refused'),
    refusal ? JSON.stringify(refusal) : null,
    credit ? 1 : 0,
    credit?.id ?? null,
    credit?.generation ?? null,
    credit ? 1 : 0,
    credit ? input.holder : null,
    credit ? dueMs : null,
    input.nowMs + input.keyKeptMs,
    input.nowMs,
    input.deadlineMs,
    credit ? null : input.nowMs,
    day ?? null,
  )
  return newMessage(input, { user: creditQuery.user, number: creditQuery.message }, refusal)
}
