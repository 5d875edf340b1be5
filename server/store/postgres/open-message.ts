/** The careful way to open a message: a transaction that waits for whoever is at the same user. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import type { Candidate } from '../operations/suspensions.ts'
import { hasKey, openedBefore, openedNow } from '../opening.ts'
import type { Taken } from '../opening.ts'
import { creditQueryOf } from '../reservation.ts'
import type { CreditQuery } from '../reservation.ts'
import { channelCode, stateCode } from '../row-codes.ts'
import { firstNumber, nextNumber } from '../row-ids.ts'
import type { OpenedMessage, OpenMessage, UserNumber } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { engineNow } from './clock.ts'
import { readMessage } from './message-row.ts'
import { countReserved, reserve } from './reserve.ts'
import type { Sql } from './sql.ts'
import { admit, markProbe } from '../operations/suspensions.ts'
import { LostRaceError } from './unavailable.ts'
import { countDay, limitReached } from '../operations/user-days.ts'
import { internApp, internUser, lockUser } from './users.ts'

export async function openMessage(sql: Sql, input: OpenMessage): Promise<OpenedMessage> {
  const user = await internUser(sql, input.appId, input.openId)
  await lockUser(sql, user)
  const place = await findPlace(sql, user, input)
  if ('known' in place) return openedBefore(place.known, input)
  const creditQuery = creditQueryOf({ user, message: place.free, nowMs: input.nowMs }, input)
  const refusal = await limitReached(sql, user, input.limit)
  const taken = refusal
    ? { refusal }
    : await take(sql, creditQuery, { ...input, app: await internApp(sql, input.appId) })
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) await countDay(sql, user, day)
  await insertMessage(sql, input, { creditQuery, taken, day })
  const message = (await readMessage(sql, user, place.free))!.row
  return openedNow(message, taken)
}

/** The live message of this key, or the first free number in the key's search. */
async function findPlace(
  sql: Sql,
  user: UserNumber,
  input: OpenMessage,
): Promise<{ known: StoredMessage } | { free: number }> {
  for (let number = firstNumber(input.keyHash); ; number = nextNumber(number)) {
    const message = await readMessage(sql, user, number)
    if (!message) return { free: number }
    if (hasKey(message, input)) return { known: message }
  }
}

/** A credit, if the channel is open and one is left. */
export async function take(
  sql: Sql,
  creditQuery: CreditQuery,
  from: Candidate & Pick<OpenMessage, 'ifNone'>,
): Promise<Taken> {
  const admission = await admit(sql, from)
  if (!admission.admitted) return { refusal: admission.reason }
  const credit = await reserve(sql, creditQuery)
  if (!credit) return { refusal: await noneLeft(sql, creditQuery, from.ifNone) }
  if (admission.probe) await markProbe(sql, from)
  return { credit, probe: admission.probe }
}

/** "No credit" is always told with what is reserved at this moment, since that may come back. */
export async function noneLeft(
  sql: Sql,
  creditQuery: CreditQuery,
  reason: MessageReason,
): Promise<MessageReason> {
  if (reason.code !== 'no_credit') return reason
  return { ...reason, reserved: await countReserved(sql, creditQuery) }
}

async function insertMessage(
  sql: Sql,
  input: OpenMessage,
  { creditQuery, taken, day }: { creditQuery: CreditQuery; taken: Taken; day: number | undefined },
): Promise<void> {
  const credit = 'credit' in taken ? taken.credit : undefined
  const refusal = 'refusal' in taken ? taken.refusal : undefined
  const inserted = await sql.run(
    `INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state, reason, attempts,
       credit, credit_generation, presentations, holder, due, key_ends_ms, created_ms, deadline_ms, settled_ms, day)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $15, ${engineNow} + $16::bigint,
       $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING`,
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
    credit ? input.holder : null,
    credit ? Math.ceil(input.leaseMs) : null,
    input.nowMs + input.keyKeptMs,
    input.nowMs,
    input.deadlineMs,
    credit ? null : input.nowMs,
    day ?? null,
  )
  // The single statement of another caller was at the same place, which takes no lock on the user.
  if (inserted === 0) throw new LostRaceError('Another one has written the message.')
}
