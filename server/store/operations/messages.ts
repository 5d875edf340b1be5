/** The operations on messages: open one, settle an attempt. */
import type { MessageReason } from '../../../shared/wire/index.ts'
import {
  channelCode,
  stateCode,
  firstNumber,
  messageId,
  nextNumber,
  readMessageId,
  writeCall,
  writeReason,
  writeSender,
} from '../rows.ts'
import { LostRaceError, type Operation, type Sql } from '../sql.ts'
import type {
  MessageOutcome,
  MessageRow,
  OpenedMessage,
  OpenMessage,
  Probe,
  ReservedCredit,
  UserNumber,
  Settle,
  Settled,
} from '../store.ts'
import { countReserved, creditQueryOf, reserve, settleCredit } from './credits.ts'
import type { CreditQuery, CreditOutcome, Reservation } from './credits.ts'
import {
  readMessage,
  countRejectedCredit,
  endMessage,
  leaseMessage,
  queueMessage,
  findReservedCredit,
  lockMessage,
} from './message-rows.ts'
import type { StoredMessage } from './message-rows.ts'
import { admit, markProbe, countDay, limitReached, type Candidate } from './send-limits.ts'
import { noteChange } from './changes.ts'
import { countTaggedOutcome } from './tag-results.ts'
import { lockUser, lockUserOf, type WatchedApp } from './users.ts'

/**
 * Looks the idempotency key up. If it is new, reserves a credit and writes the message, leased or
 * refused.
 */
export function* openMessage(sql: Sql, input: OpenMessage): Operation<OpenedMessage> {
  const { user, app, watched, ...flags } = yield* lockUserOf(sql, input.appId, input.openId)
  const belowMinimum = Boolean(flags.belowMinimum)
  const { number, known } = yield* findNumber(sql, user, input)
  if (known) {
    if (!sameBytes(known.body, input.bodyHash)) return { was: 'conflict' }
    return { was: 'replayed', belowMinimum, message: (yield* readMessage(sql, user, number))!.row }
  }
  const query = creditQueryOf({ user, message: number, nowMs: input.nowMs }, input)
  const taken = yield* take(sql, query, { ...input, app })
  const day = 'credit' in taken ? input.limit?.perDay?.day : undefined
  if (day !== undefined) yield* countDay(sql, user, day)
  yield* insertMessage(sql, input, query, taken, day)
  if (watched > 0) yield* noteOpened(sql, query, { app, watched }, taken)
  const message = newMessage(input, query, 'refusal' in taken ? taken.refusal : undefined)
  if ('refusal' in taken) return { was: 'refused', belowMinimum, message }
  if ('waits' in taken) return { was: 'scheduled', belowMinimum, message }
  return { was: 'reserved', belowMinimum, message, ...taken }
}

/** A credit for the message, unless it waits for its time. */
function* take(
  sql: Sql,
  query: CreditQuery,
  input: OpenMessage & Candidate,
): Operation<Taken | { waits: true }> {
  const refusal = yield* limitReached(sql, query.user, input.limit)
  if (refusal) return { refusal }
  if (input.sendAtMs !== undefined) return { waits: true }
  return yield* reserveIfAdmitted(sql, query, input)
}

function* noteOpened(
  sql: Sql,
  { user, message, nowMs }: CreditQuery,
  app: WatchedApp,
  taken: Taken | { waits: true },
): Operation<void> {
  const about = { ...app, user, subject: message, atMs: nowMs }
  yield* noteChange(sql, { ...about, type: 'message.created' })
  if (!('refusal' in taken)) return
  const detail: MessageOutcome = { state: 'refused', reason: taken.refusal }
  yield* noteChange(sql, { ...about, type: 'message.settled', detail })
}

interface KnownKey {
  key: Uint8Array | null
  keyEndsMs: number
  body: Uint8Array
}

/** The number of the live message with this key, or the first free number of the key's search. */
function* findNumber(
  sql: Sql,
  user: UserNumber,
  { keyHash, nowMs }: OpenMessage,
): Operation<{ number: number; known?: KnownKey }> {
  for (let number = firstNumber(keyHash); ; number = nextNumber(number)) {
    const row = yield* sql.get<KnownKey>(
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

/** Reserves a credit, unless the channel is suspended. A shut channel still admits a probe. */
export function* reserveIfAdmitted(
  sql: Sql,
  query: CreditQuery,
  from: Candidate & Pick<OpenMessage, 'ifNone'>,
): Operation<Taken> {
  const admission = yield* admit(sql, from)
  if (!admission.admitted) return { refusal: admission.reason }
  const credit = yield* reserve(sql, query)
  if (!credit) return { refusal: yield* noCredit(sql, query, from.ifNone) }
  if (admission.probe) yield* markProbe(sql, from)
  return { credit, probe: admission.probe }
}

/** `no_credit` carries how many uses are reserved at this moment, since they may be given back. */
function* noCredit(sql: Sql, query: CreditQuery, reason: MessageReason): Operation<MessageReason> {
  if (reason.code !== 'no_credit') return reason
  return { ...reason, reserved: yield* countReserved(sql, query) }
}

function* insertMessage(
  sql: Sql,
  input: OpenMessage,
  query: CreditQuery,
  taken: Taken | { waits: true },
  day: number | undefined,
): Operation<void> {
  const credit = 'credit' in taken ? taken.credit : undefined
  const refusal = 'refusal' in taken ? taken.refusal : undefined
  const inserted = yield* sql.run(
    `INSERT INTO messages (usr, id, key, body, channel, template_id, kinds, ref, payload, state,
       reason, attempts, credit, credit_generation, presentations, holder, due, key_ends_ms,
       created_ms, deadline_ms, settled_ms, day, sent_by, send_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12, $15,
       $now + $16, $17, $18, $19, $20, $21, $22, $23) ON CONFLICT DO NOTHING`,
    query.user,
    query.message,
    input.keyHash,
    input.bodyHash,
    channelCode.of(input.channel),
    input.templateId ?? null,
    query.kinds,
    query.ref,
    input.payload,
    stateCode.of(credit ? 'sending' : refusal ? 'refused' : 'scheduled'),
    refusal ? writeReason(refusal) : null,
    credit ? 1 : 0,
    credit?.id ?? null,
    credit?.generation ?? null,
    credit ? input.holder : null,
    credit ? Math.ceil(input.leaseMs) : null,
    input.nowMs + input.keyKeptMs,
    input.nowMs,
    input.deadlineMs,
    refusal ? input.nowMs : null,
    day ?? null,
    writeSender(input.sentBy),
    input.sendAtMs ?? null,
  )
  // The fast path takes no lock on the user, so that it may have taken the number since the search.
  if (inserted === 0) throw new LostRaceError('Another transaction has written the message.')
}

/** @param refusal absent: the message is leased, or waits for its time */
export function newMessage(
  input: OpenMessage,
  { user, message }: Pick<CreditQuery, 'user' | 'message'>,
  refusal?: MessageReason,
): MessageRow {
  const isLeased = !refusal && input.sendAtMs === undefined
  return {
    id: messageId(user, message),
    appId: input.appId,
    user,
    openId: input.openId,
    channel: input.channel,
    templateId: input.templateId,
    state: refusal ? 'refused' : isLeased ? 'sending' : 'scheduled',
    inferred: false,
    reason: refusal,
    payload: input.payload,
    attempts: isLeased ? 1 : 0,
    rejectedCredits: 0,
    createdAtMs: input.nowMs,
    sendAtMs: input.sendAtMs,
    deadlineMs: input.deadlineMs,
    settledAtMs: refusal ? input.nowMs : undefined,
  }
}

/** Settles one attempt to send a message, and the credit that it used. */
export function* settleMessage(sql: Sql, input: Settle): Operation<Settled | undefined> {
  const key = readMessageId(input.id)
  if (!key) return undefined
  yield* lockUser(sql, key.user)
  const stored = yield* lockMessage(sql, key.user, key.number)
  if (!stored || !maySettle(stored, input)) return undefined
  const { credit, nowMs } = input
  const kept: Released = { released: stored, tags: null }
  const { released, tags } =
    credit.outcome === 'kept' ? kept : yield* release(sql, stored, credit, nowMs)
  const to = { ...input, message: possibleState(stored, input.message) }
  const settled = yield* move(sql, released, to)
  if (tags !== null) {
    const outcome = { state: settled.message.state, delivered: stored.delivered, atMs: nowMs }
    yield* countTaggedOutcome(sql, key, tags, outcome)
  }
  return { ...settled, wasUnknown: stored.row.state === 'unknown' }
}

/**
 * One holder makes each attempt, and its report of the outcome counts, whoever holds the lease by
 * now. A takeover can only report that the outcome is unknown, and that counts until the original
 * holder reports.
 */
function maySettle({ row: { state, attempts } }: StoredMessage, to: Settle): boolean {
  const isCurrent = state === 'sending' && attempts === to.attempts
  if (isCurrent && (to.credit.outcome === 'kept') !== (to.message.state === 'again')) {
    throw new Error('A credit is kept for the same message again, and only then.')
  }
  const reportsOutcome = to.message.state !== 'unknown' && to.message.state !== 'again'
  if (isCurrent || !reportsOutcome) return isCurrent
  if (state === 'unknown' && attempts === to.attempts) return true
  // A later attempt presented the same form credit again, which WeChat takes once.
  const isOpen = state === 'sending' || state === 'unknown'
  return to.message.state === 'sent' && isOpen && attempts > to.attempts
}

/** A message that was reported as unknown is never sent again. */
function possibleState({ row }: StoredMessage, to: Settle['message']): Settle['message'] {
  if (row.state !== 'unknown') return to
  if (to.state === 'queued') return { state: 'refused', reason: to.ifUnknown }
  return to.state === 'next' ? { state: 'refused', reason: to.ifNone } : to
}

interface Released {
  released: StoredMessage
  /** Of the use, if this is the first outcome of its message. */
  tags: string | null
}

function* release(
  sql: Sql,
  stored: StoredMessage,
  to: CreditOutcome,
  nowMs: number,
): Operation<Released> {
  const released = to.outcome === 'dead' ? yield* countRejectedCredit(sql, stored) : stored
  const reservation = reservationOf(stored, to)
  const tags = reservation ? yield* settleCredit(sql, reservation, to, nowMs) : null
  return { released, tags: stored.row.state === 'unknown' ? null : tags }
}

/** `undefined`: the message has no credit, or the use counts as spent already and stays so. */
function reservationOf(
  { row, number, credit }: StoredMessage,
  { outcome }: CreditOutcome,
): Reservation | undefined {
  const isSpent = row.state === 'unknown'
  if (!credit || (isSpent && outcome === 'spent')) return undefined
  const { id, generation } = credit
  return { user: row.user, message: number, credit: id, generation, reserved: isSpent ? 0 : -1 }
}

function* move(
  sql: Sql,
  stored: StoredMessage,
  settle: Settle,
): Operation<Omit<Settled, 'wasUnknown'>> {
  const { message: to, holder, nowMs } = settle
  const calls = writeCall(settle)
  switch (to.state) {
    case 'sent':
    case 'refused':
    case 'unknown':
      return { message: yield* endMessage(sql, stored, { ...to, nowMs, calls }) }
    case 'queued':
      return { message: yield* queueMessage(sql, stored, { dueInMs: to.dueInMs, calls }) }
    case 'again': {
      const credit = presentAgain(yield* findReservedCredit(sql, stored))
      const message = yield* leaseMessage(sql, stored, credit, {
        holder,
        leaseMs: to.leaseMs,
        calls,
      })
      return { message, credit }
    }
    case 'next': {
      const { user } = stored.row
      const query = creditQueryOf({ user, message: stored.number, nowMs }, to)
      const credit = yield* reserve(sql, query)
      if (!credit) {
        const reason = yield* noCredit(sql, query, to.ifNone)
        return {
          message: yield* endMessage(sql, stored, { state: 'refused', reason, nowMs, calls }),
        }
      }
      const message = yield* leaseMessage(sql, stored, credit, {
        holder,
        leaseMs: to.leaseMs,
        calls,
      })
      return { message, credit }
    }
    default:
      return to satisfies never
  }
}

function presentAgain(credit: ReservedCredit | undefined): ReservedCredit {
  if (!credit) throw new Error('The message holds no credit that could be presented again.')
  return { ...credit, presentations: credit.presentations + 1 }
}
