/** An entry of the history, as it is written and as it is read: the same on every engine. */
import { changeCode } from './row-codes.ts'
import { messageId } from './row-ids.ts'
import type { CreditChange, CreditId, HistoryEntry, UserNumber } from './store.ts'

export interface Entry {
  user: UserNumber
  credit: CreditId
  /** The `n` that the credit's row has after the change. */
  n: number
  change: CreditChange
  uses: number
  reserved: number
  message?: number | undefined
  reason?: string | undefined
  atMs: number
}

export type HistoryRow = Omit<HistoryEntry, 'change' | 'message' | 'reason'> & {
  change: number
  message: number | null
  reason: string | null
}

export const toHistory =
  (user: UserNumber) =>
  ({ change, message, reason, ...row }: HistoryRow): HistoryEntry => ({
    ...row,
    change: changeCode.word(change),
    ...(message !== null && { message: messageId(user, message) }),
    ...(reason !== null && { reason }),
  })
