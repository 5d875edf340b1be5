import type { MessageReason } from '../../../shared/wire.ts'
import type { OpenedMessage, OpenMessage, ReservedCredit, UserNumber } from '../store.ts'
import { channelCode, kindMask, stateCode } from '../row-codes.ts'
import { firstNumber, nextNumber } from '../row-ids.ts'
import { readMessage } from './message-row.ts'
import type { StoredMessage } from './message-row.ts'
import { countReserved, reserve } from './reserve.ts'
import type { Wish } from './reserve.ts'
import type { Statements } from './statements.ts'
import { pass, takeTurn } from './stops.ts'
import { countDay, limitReached } from './user-days.ts'
import { internApp, internUser } from './users.ts'

/** @param dueMs when the lease ends, by the engine's clock */
export function openMessage(
  sql: Statements,
  { input, dueMs }: { input: OpenMessage; dueMs: number },
): OpenedMessage {
  const user = internUser(sql, input.appId, input.openId)
  const place = findPlace(sql, user, input)
  if ('known' in place) {
    return sameBytes(place.known.body, input.bodyHash)
      ? { was: 'replayed', message: place.known.row }
      : { was: 'conflict' }
  }
  const wish: Wish = {
    user,
    kinds: kindMask(input.kinds),
    ref: input.ref ?? null,
    message: place.free,
    nowMs: input.nowMs,
  }
  const refusal = limitReached(sql, user, input.limit)
  const taken = refusal ? { refusal } : take(sql, wish, input)
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) countDay(sql, user, day)
  insertMessage(sql, input, { wish, taken, dueMs, day })
  const message = readMessage(sql, user, place.free)!.row
  return 'credit' in taken ? { was: 'reserved', message, ...taken } : { was: 'refused', message }
}

/** The live message of this key, or the first free number in the key's search. */
function findPlace(
  sql: Statements,
  user: UserNumber,
  { keyHash, nowMs }: OpenMessage,
): { known: StoredMessage } | { free: number } {
  for (let number = firstNumber(keyHash); ; number = nextNumber(number)) {
    const message = readMessage(sql, user, number)
    if (!message) return { free: number }
    if (message.key && message.keyEndsMs > nowMs && sameBytes(message.key, keyHash)) {
      return { known: message }
    }
  }
}

export type Taken = { credit: ReservedCredit; probe: boolean } | { refusal: MessageReason }

/** A credit, if the channel is open and one is left. */
export function take(
  sql: Statements,
  wish: Wish,
  from: Pick<OpenMessage, 'appId' | 'channel' | 'nowMs' | 'probeEveryMs' | 'ifNone'>,
): Taken {
  const passing = { ...from, app: internApp(sql, from.appId) }
  const passage = pass(sql, passing)
  if (!passage.passes) return { refusal: passage.reason }
  const credit = reserve(sql, wish)
  if (!credit) return { refusal: noneLeft(sql, wish, from.ifNone) }
  if (passage.probe) takeTurn(sql, passing)
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
): void {
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
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
