/** The careful way to settle: a transaction that waits for whoever is at the same user. */
import type { ReservedCredit, Settle, Settled } from '../store.ts'
import { kindMask } from '../row-codes.ts'
import { readMessageId } from '../row-ids.ts'
import { heldCredit, lockMessage, readMessage } from './message-row.ts'
import type { StoredMessage } from './message-row.ts'
import { countBurnt, end, lease, queue } from './message-states.ts'
import { noneLeft } from './open-message.ts'
import { reserve, settleCredit } from './reserve.ts'
import type { Fate, Wish } from './reserve.ts'
import type { Sql } from './sql.ts'
import { lockUser } from './users.ts'

export async function settle(sql: Sql, input: Settle): Promise<Settled | undefined> {
  const place = readMessageId(input.id)
  if (!place) return undefined
  await lockUser(sql, place.user)
  const stored = await lockMessage(sql, place.user, place.number)
  if (!stored || !isLeased(stored, input)) return undefined
  if ((input.credit.fate === 'kept') !== (input.message.state === 'again')) {
    throw new Error('A credit is kept for the same message again, and only then.')
  }
  if (input.credit.fate !== 'kept') await release(sql, stored, input.credit, input.nowMs)
  const credit = await move(sql, stored, input)
  const message = (await readMessage(sql, stored.row.user, stored.number))!.row
  return credit ? { message, credit } : { message }
}

const isLeased = ({ row, holder }: StoredMessage, to: Settle) =>
  row.state === 'sending' && row.attempts === to.attempts && holder === to.holder

async function release(sql: Sql, stored: StoredMessage, fate: Fate, nowMs: number): Promise<void> {
  if (fate.fate === 'dead') await countBurnt(sql, stored)
  if (!stored.credit) return
  const { id: credit, generation } = stored.credit
  const held = { user: stored.row.user, message: stored.number, credit, generation }
  await settleCredit(sql, held, fate, nowMs)
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
      const credit = await heldCredit(sql, stored)
      if (!credit) throw new Error('The message holds no credit that could be shown again.')
      const again = { ...credit, shown: credit.shown + 1 }
      await lease(sql, stored, again, { holder, leaseMs: to.leaseMs })
      return again
    }
    case 'next': {
      const wish: Wish = {
        user: stored.row.user,
        kinds: kindMask(to.kinds),
        ref: to.ref ?? null,
        message: stored.number,
        nowMs,
      }
      const credit = await reserve(sql, wish)
      if (credit) {
        await lease(sql, stored, credit, { holder, leaseMs: to.leaseMs })
        return credit
      }
      const reason = await noneLeft(sql, wish, to.ifNone)
      await end(sql, stored, { state: 'refused', reason, nowMs })
      return undefined
    }
    default:
      return to satisfies never
  }
}
