import { creditQueryOf } from '../reservation.ts'
import type { CreditOutcome } from '../reservation.ts'
import { readMessageId } from '../row-ids.ts'
import { maySettle, showAgain, stillPossible, useOf } from '../settle-rules.ts'
import type { Settle, Settled } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { heldCredit, readMessage } from './message-row.ts'
import { countBurnt, end, lease, queue } from './message-states.ts'
import { noneLeft } from './open-message.ts'
import { reserve, settleCredit } from './reserve.ts'
import type { Statements } from './statements.ts'

/** @param engineMs the engine's clock: leases and backoff begin there */
export function settle(
  sql: Statements,
  { input, engineMs }: { input: Settle; engineMs: number },
): Settled | undefined {
  const place = readMessageId(input.id)
  const stored = place && readMessage(sql, place.user, place.number)
  if (!stored || !maySettle(stored, input)) return undefined
  const released =
    input.credit.outcome === 'kept' ? stored : release(sql, stored, input.credit, input.nowMs)
  const message = stillPossible(stored, input.message)
  return {
    ...move(sql, released, { ...input, message }, engineMs),
    wasUnknown: stored.row.state === 'unknown',
  }
}

function release(
  sql: Statements,
  stored: StoredMessage,
  outcome: CreditOutcome,
  nowMs: number,
): StoredMessage {
  const message = outcome.outcome === 'dead' ? countBurnt(sql, stored) : stored
  const held = useOf(stored, outcome)
  if (held) settleCredit(sql, held, outcome, nowMs)
  return message
}

function move(
  sql: Statements,
  stored: StoredMessage,
  { message: to, holder, nowMs }: Settle,
  engineMs: number,
): Omit<Settled, 'wasUnknown'> {
  switch (to.state) {
    case 'sent':
      return { message: end(sql, stored, { ...to, nowMs }) }
    case 'refused':
    case 'unknown':
      return { message: end(sql, stored, { ...to, nowMs }) }
    case 'queued':
      return { message: queue(sql, stored, engineMs + to.dueInMs) }
    case 'again': {
      const again = showAgain(heldCredit(sql, stored))
      const message = lease(sql, stored, again, { holder, dueMs: engineMs + to.leaseMs })
      return { message, credit: again }
    }
    case 'next': {
      const { user } = stored.row
      const creditQuery = creditQueryOf({ user, message: stored.number, nowMs }, to)
      const credit = reserve(sql, creditQuery)
      if (!credit) {
        const reason = noneLeft(sql, creditQuery, to.ifNone)
        return { message: end(sql, stored, { state: 'refused', reason, nowMs }) }
      }
      const own = { holder, dueMs: engineMs + to.leaseMs }
      return { message: lease(sql, stored, credit, own), credit }
    }
    default:
      return to satisfies never
  }
}
