/** Who may settle a message, and with what: the same on every engine. */
import type { ReservedCredit, Settle } from './store.ts'
import type { StoredMessage } from './stored-message.ts'

export function maySettle({ row, holder }: StoredMessage, to: Settle): boolean {
  const isLeased = row.state === 'sending' && row.attempts === to.attempts && holder === to.holder
  if (isLeased && (to.credit.fate === 'kept') !== (to.message.state === 'again')) {
    throw new Error('A credit is kept for the same message again, and only then.')
  }
  return isLeased
}

export function showAgain(held: ReservedCredit | undefined): ReservedCredit {
  if (!held) throw new Error('The message holds no credit that could be shown again.')
  return { ...held, shown: held.shown + 1 }
}
