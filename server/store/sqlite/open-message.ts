import type { MessageReason } from '../../../shared/wire.ts'
import type {
  MessageRow,
  OpenedMessage,
  OpenMessage,
  ReservedCredit,
  UserNumber,
} from '../store.ts'
import { channelCode, kindMask, stateCode } from '../row-codes.ts'
import { firstNumber, messageId, nextNumber } from '../row-ids.ts'
import { readMessage } from './message-row.ts'
import { countReserved, reserve } from './reserve.ts'
import type { Wish } from './reserve.ts'
import type { Statements } from './statements.ts'
import { pass, takeTurn } from './stops.ts'
import type { Passing } from './stops.ts'
import { countDay, limitReached } from './user-days.ts'
import { internUserOfApp } from './users.ts'

/** @param dueMs when the lease ends, by the engine's clock */
export function openMessage(
  sql: Statements,
  { input, dueMs }: { input: OpenMessage; dueMs: number },
): OpenedMessage {
  const { user, app } = internUserOfApp(sql, input.appId, input.openId)
  const place = findPlace(sql, user, input)
  if ('known' in place) {
    const { row, body } = readMessage(sql, user, place.known)!
    return sameBytes(body, input.bodyHash) ? { was: 'replayed', message: row } : { was: 'conflict' }
  }
  const wish: Wish = {
    user,
    kinds: kindMask(input.kinds),
    ref: input.ref ?? null,
    message: place.free,
    nowMs: input.nowMs,
  }
  const refusal = limitReached(sql, user, input.limit)
  const taken = refusal ? { refusal } : take(sql, wish, { ...input, app })
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) countDay(sql, user, day)
  const message = insertMessage(sql, input, { wish, taken, dueMs, day })
  return 'credit' in taken ? { was: 'reserved', message, ...taken } : { was: 'refused', message }
}

/** The live message of this key, or the first free number in the key's search. */
function findPlace(
  sql: Statements,
  user: UserNumber,
  { keyHash, nowMs }: OpenMessage,
): { known: number } | { free: number } {
  for (let number = firstNumber(keyHash); ; number = nextNumber(number)) {
    const taken = sql<{ key: Uint8Array | null; endsMs: number }>(
      'SELECT key, key_ends_ms AS endsMs FROM messages WHERE user = ? AND id = ?',
    ).get(user, number)
    if (!taken) return { free: number }
    if (taken.key && taken.endsMs > nowMs && sameBytes(taken.key, keyHash)) return { known: number }
  }
}

export type Taken = { credit: ReservedCredit; probe: boolean } | { refusal: MessageReason }

/** A credit, if the channel is open and one is left. */
export function take(
  sql: Statements,
  wish: Wish,
  from: Passing & Pick<OpenMessage, 'ifNone'>,
): Taken {
  const passage = pass(sql, from)
  if (!passage.passes) return { refusal: passage.reason }
  const credit = reserve(sql, wish)
  if (!credit) return { refusal: noneLeft(sql, wish, from.ifNone) }
  if (passage.probe) takeTurn(sql, from)
  return { credit, probe: passage.probe }
}

/** "No credit" is always told with what is reserved at this moment, since that may come back. */
export function noneLeft(sql: Statements, wish: Wish, reason: MessageReason): MessageReason {
  return reason.code === 'no_credit' ? { ...reason, reserved: countReserved(sql, wish) } : reason
}

function insertMessage(
  sql: Statements,
  input: OpenMessage,
  { wish, taken, dueMs, day }: { wish: Wish; taken: Taken; dueMs: number; day: number | undefined },
): MessageRow {
  const credit = 'credit' in taken ? taken.credit : undefined
  const refusal = 'refusal' in taken ? taken.refusal : undefined
  sql(
    `INSERT INTO messages (user, id, key, body, channel, template_id, kinds, ref, payload, state, reason, attempts,
       credit, credit_generation, shown, holder, due, key_ends_ms, created_ms, deadline_ms, settled_ms,
       day)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    wish.user,
    wish.message,
    input.keyHash,
    input.bodyHash,
    channelCode.of(input.channel),
    input.templateId ?? null,
    wish.kinds,
    wish.ref,
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
  return {
    id: messageId(wish.user, wish.message),
    appId: input.appId,
    user: wish.user,
    openId: input.openId,
    channel: input.channel,
    templateId: input.templateId,
    state: credit ? 'sending' : 'refused',
    inferred: false,
    reason: refusal,
    payload: input.payload,
    attempts: credit ? 1 : 0,
    creditsBurnt: 0,
    createdAtMs: input.nowMs,
    deadlineMs: input.deadlineMs,
    settledAtMs: credit ? undefined : input.nowMs,
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
