/** Who may settle a message, and with what: the same on every engine. */
import type { CreditOutcome, Reservation } from './reservation.ts'
import type { ReservedCredit, Settle } from './store.ts'
import type { StoredMessage } from './stored-message.ts'

/**
 * Each attempt is made by one holder, and what he knows of it is true whoever has the lease by now. Whoever took it over
 * only doubts, and his doubt counts as long as nothing else was told.
 */
export function maySettle({ row: { state, attempts } }: StoredMessage, to: Settle): boolean {
  const isUnderWay = state === 'sending' && attempts === to.attempts
  if (isUnderWay && (to.credit.outcome === 'kept') !== (to.message.state === 'again')) {
    throw new Error('A credit is kept for the same message again, and only then.')
  }
  if (isUnderWay || !isKnown(to)) return isUnderWay
  if (state === 'unknown' && attempts === to.attempts) return true
  // What was tried after an attempt that was left is the same form alone, which WeChat takes once.
  const goesOn = state === 'sending' || state === 'unknown'
  return to.message.state === 'sent' && goesOn && attempts > to.attempts
}

const isKnown = ({ message: { state } }: Settle) => state !== 'unknown' && state !== 'again'

/** What a message can still become: one that was told as unknown is not sent again, though it could be. */
export function stillPossible({ row }: StoredMessage, to: Settle['message']): Settle['message'] {
  if (row.state !== 'unknown') return to
  if (to.state === 'queued') return { state: 'refused', reason: to.ifUnknown }
  return to.state === 'next' ? { state: 'refused', reason: to.ifNone } : to
}

/** The use whose fate is told; `undefined`: there is none, or it counts as spent already and stays so. */
export function useOf(
  { row, number, credit }: StoredMessage,
  { outcome }: CreditOutcome,
): Reservation | undefined {
  const isSpent = row.state === 'unknown'
  if (!credit || (isSpent && outcome === 'spent')) return undefined
  const { id, generation } = credit
  return { user: row.user, message: number, credit: id, generation, reserved: isSpent ? 0 : -1 }
}

export function showAgain(held: ReservedCredit | undefined): ReservedCredit {
  if (!held) throw new Error('The message holds no credit that could be shown again.')
  return { ...held, shown: held.shown + 1 }
}
