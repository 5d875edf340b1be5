/** The careful way to settle: a transaction that waits for whoever is at the same user. */
import { creditQueryOf } from '../reservation.ts'
import type { CreditOutcome } from '../reservation.ts'
import { readMessageId } from '../row-ids.ts'
import { maySettle, showAgain, stillPossible, useOf } from '../settle-rules.ts'
import type { ReservedCredit, Settle, Settled } from '../store.ts'
import type { StoredMessage } from '../stored-message.ts'
import { heldCredit, lockMessage, readMessage } from './message-row.ts'
import { countBurnt, end, lease, queue } from './message-states.ts'
import { noneLeft } from './open-message.ts'
import { reserve, settleCredit } from './reserve.ts'
import type { Sql } from './sql.ts'
import { lockUser } from './users.ts'

export async function settle(sql: Sql, input: Settle): Promise<Settled | undefined> {
  const place = readMessageId(input.id)
  if (!place) return undefined
  await lockUser(sql, place.user)
  const stored = await lockMessage(sql, place.user, place.number)
  if (!stored || !maySettle(stored, input)) return undefined
  if (input.credit.outcome !== 'kept') await release(sql, stored, input.credit, input.nowMs)
  const credit = await move(sql, stored, {
    ...input,
    message: stillPossible(stored, input.message),
  })
  const message = (await readMessage(sql, stored.row.user, stored.number))!.row
  const wasUnknown = stored.row.state === 'unknown'
  return { message, wasUnknown, ...(credit && { credit }) }
}

async function release(
  sql: Sql,
  stored: StoredMessage,
  outcome: CreditOutcome,
  nowMs: number,
): Promise<void> {
  if (outcome.outcome === 'dead') await countBurnt(sql, stored)
  const held = useOf(stored, outcome)
  if (held) await settleCredit(sql, held, outcome, nowMs)
}

async function move(
  sql: Sql,
  stored: StoredMessage,
  { message: to, holder, nowMs }: Settle,
): Promise<ReservedCredit | undefined> {
  switch (to.state) {
    case 'sent':
    case 'refused':
    case 'unknown':
      await end(sql, stored, { ...to, nowMs })
      return undefined
    case 'queued':
      await queue(sql, stored, to.dueInMs)
      return undefined
    case 'again': {
      const again = showAgain(await heldCredit(sql, stored))
      await lease(sql, stored, again, { holder, leaseMs: to.leaseMs })
      return again
    }
    case 'next': {
      const { user } = stored.row
      const creditQuery = creditQueryOf({ user, message: stored.number, nowMs }, to)
      const credit = await reserve(sql, creditQuery)
      if (credit) {
        await lease(sql, stored, credit, { holder, leaseMs: to.leaseMs })
        return credit
      }
      const reason = await noneLeft(sql, creditQuery, to.ifNone)
      await end(sql, stored, { state: 'refused', reason, nowMs })
      return undefined
    }
    default:
      return to satisfies never
  }
}
