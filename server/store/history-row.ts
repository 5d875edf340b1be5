/** An entry of the history, as it is written: the same on every engine. */
import type { CreditChange, CreditId, UserNumber } from './store.ts'

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
