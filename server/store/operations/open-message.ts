/**
 * Opens a message: looks its idempotency key up, and if it is new reserves a credit and writes the
 * message.
 */
import type { MessageReason } from '../../../shared/wire/index.ts'
import { channelCode, stateCode } from '../row-codes.ts'
import { firstNumber, messageId, nextNumber } from '../row-ids.ts'
import { LostRaceError } from '../sql.ts'
import type { Sql } from '../sql.ts'
import type {
  MessageRow,
  OpenedMessage,
  OpenMessage,
  Probe,
  ReservedCredit,
  UserNumber,
} from '../store.ts'
import { countReserved, creditQueryOf, reserve } from './reservations.ts'
import type { CreditQuery } from './reservations.ts'
import { readMessage } from './stored-messages.ts'
import { admit, markProbe } from './suspensions.ts'
import type { Candidate } from './suspensions.ts'
import { countDay, limitReached } from './user-days.ts'
import { internUser, lockUser } from './users.ts'

export async function openMessage(sql: Sql, input: OpenMessage): Promise<OpenedMessage> {
  const { user, app } = await internUser(sql, input.appId, input.openId)
  await lockUser(sql, user)
  const { number, known } = await findNumber(sql, user, input)
  if (known) {
    if (!sameBytes(known.body, input.bodyHash)) return { was: 'conflict' }
    return { was: 'replayed', message: (await readMessage(sql, user, number))!.row }
  }
  const query = creditQueryOf({ user, message: number, nowMs: input.nowMs }, input)
  const refusal = await limitReached(sql, user, input.limit)
  const taken = refusal ? { refusal } : await reserveIfAdmitted(sql, query, { ...input, app })
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) await countDay(sql, user, day)
  await insertMessage(sql, input, query, taken, day)
  if ('credit' in taken) return { was: 'reserved', message: newMessage(input, query), ...taken }
  return { was: 'refused', message: newMessage(input, query, taken.refusal) }
}

interface KnownKey {
  key: Uint8Array | null
  keyEndsMs: number
  body: Uint8Array
}

/** The number of the live message with this key, or the first free number of the key's search. */
async function findNumber(
  sql: Sql,
  user: UserNumber,
  { keyHash, nowMs }: OpenMessage,
): Promise<{ number: number; known?: KnownKey }> {
  for (let number = firstNumber(keyHash); ; number = nextNumber(number)) {
    const row = await sql.get<KnownKey>(
      'SELECT key, key_ends_ms AS "keyEndsMs", body FROM messages WHERE usr = $1 AND id = $2',
      user,
      number,
    )
    if (!row) return { number }
    const isLive = row.key !== null && row.keyEndsMs > nowMs
    if (isLive && sameBytes(row.key!, keyHash)) return { number, known: row }
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

export type Taken = { credit: ReservedCredit; probe: Probe } | { refusal: MessageReason }

/** Reserves a credit if the channel is not suspended, or lets the message through as its probe. */
export async function reserveIfAdmitted(
  sql: Sql,
  query: CreditQuery,
  from: Candidate & Pick<OpenMessage, 'ifNone'>,
): Promise<Taken> {
  const admission = await admit(sql, from)
  if (!admission.admitted) return { refusal: admission.reason }
  const credit = await reserve(sql, query)
  if (!credit) return { refusal: await noCredit(sql, query, from.ifNone) }
  if (admission.probe) await markProbe(sql, from)
  return { credit, probe: admission.probe }
}

/** `no_credit` carries how many uses are reserved at this moment, since they may be given back. */
export async function noCredit(
  sql: Sql,
  query: CreditQuery,
  reason: MessageReason,
): Promise<MessageReason> {
  if (reason.code !== 'no_credit') return reason
  return { ...reason, reserved: await countReserved(sql, query) }
}

async function insertMessage(
  sql: Sql,
  input: OpenMessage,
  query: CreditQuery,
  taken: Taken,
  day: number | undefined,
): Promise<void> {
  const credit = 'credit' in taken ? taken.credit : undefined
  const refusal = 'refusal' in taken ? taken.refusal : undefined
  const inserted = await sql.run(
    `INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state,
       reason, attempts, credit, credit_generation, presentations, holder, due, key_ends_ms,
       created_ms, deadline_ms, settled_ms, day)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $15,
       $now + $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING`,
    query.user,
    query.message,
    input.keyHash,
    input.bodyHash,
    channelCode.of(input.channel),
    input.templateId ?? null,
    query.kinds,
    query.ref,
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
  // The fast path takes no lock on the user, so that it may have taken the number since the search.
  if (inserted === 0) throw new LostRaceError('Another transaction has written the message.')
}

/** @param refusal absent: the message is leased */
export const newMessage = (
  input: OpenMessage,
  { user, message }: Pick<CreditQuery, 'user' | 'message'>,
  refusal?: MessageReason,
): MessageRow => ({
  id: messageId(user, message),
  appId: input.appId,
  user,
  openId: input.openId,
  channel: input.channel,
  templateId: input.templateId,
  state: refusal ? 'refused' : 'sending',
  inferred: false,
  reason: refusal,
  payload: input.payload,
  attempts: refusal ? 0 : 1,
  rejectedCredits: 0,
  createdAtMs: input.nowMs,
  deadlineMs: input.deadlineMs,
  settledAtMs: refusal ? input.nowMs : undefined,
})
