/** Settles one attempt to send a message, and the credit that it used. */
import { readMessageId } from '../row-ids.ts'
import type { Sql } from '../sql.ts'
import type { ReservedCredit, Settle, Settled } from '../store.ts'
import { countRejectedCredit, endMessage, leaseMessage, queueMessage } from './message-states.ts'
import { noCredit } from './open-message.ts'
import { creditQueryOf, reserve, settleCredit } from './reservations.ts'
import type { CreditOutcome, Reservation } from './reservations.ts'
import { findReservedCredit, lockMessage } from './stored-messages.ts'
import type { StoredMessage } from './stored-messages.ts'
import { lockUser } from './users.ts'

export async function settleMessage(sql: Sql, input: Settle): Promise<Settled | undefined> {
  const key = readMessageId(input.id)
  if (!key) return undefined
  await lockUser(sql, key.user)
  const stored = await lockMessage(sql, key.user, key.number)
  if (!stored || !maySettle(stored, input)) return undefined
  const { credit, nowMs } = input
  const released = credit.outcome === 'kept' ? stored : await release(sql, stored, credit, nowMs)
  return {
    ...(await move(sql, released, { ...input, message: possibleState(stored, input.message) })),
    wasUnknown: stored.row.state === 'unknown',
  }
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

async function release(
  sql: Sql,
  stored: StoredMessage,
  to: CreditOutcome,
  nowMs: number,
): Promise<StoredMessage> {
  const message = to.outcome === 'dead' ? await countRejectedCredit(sql, stored) : stored
  const reservation = reservationOf(stored, to)
  if (reservation) await settleCredit(sql, reservation, to, nowMs)
  return message
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

async function move(
  sql: Sql,
  stored: StoredMessage,
  { message: to, holder, nowMs }: Settle,
): Promise<Omit<Settled, 'wasUnknown'>> {
  switch (to.state) {
    case 'sent':
    case 'refused':
    case 'unknown':
      return { message: await endMessage(sql, stored, { ...to, nowMs }) }
    case 'queued':
      return { message: await queueMessage(sql, stored, to.dueInMs) }
    case 'again': {
      const credit = presentAgain(await findReservedCredit(sql, stored))
      const message = await leaseMessage(sql, stored, credit, { holder, leaseMs: to.leaseMs })
      return { message, credit }
    }
    case 'next': {
      const { user } = stored.row
      const query = creditQueryOf({ user, message: stored.number, nowMs }, to)
      const credit = await reserve(sql, query)
      if (!credit) {
        const reason = await noCredit(sql, query, to.ifNone)
        return { message: await endMessage(sql, stored, { state: 'refused', reason, nowMs }) }
      }
      const message = await leaseMessage(sql, stored, credit, { holder, leaseMs: to.leaseMs })
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
