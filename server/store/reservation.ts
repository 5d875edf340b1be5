/** One use of a credit, held by a message. */
import type { CreditKind } from '../../shared/wire/index.ts'
import { kindMask } from './row-codes.ts'
import type { CreditId, ReservedCredit, UserNumber } from './store.ts'

export interface CreditQuery {
  user: UserNumber
  /** See `kindMask`. */
  kinds: number
  ref: string | null
  message: number
  nowMs: number
}

export const creditQueryOf = (
  { user, message, nowMs }: Pick<CreditQuery, 'user' | 'message' | 'nowMs'>,
  { kinds, ref }: { kinds: readonly CreditKind[]; ref?: string },
): CreditQuery => ({ user, kinds: kindMask(kinds), ref: ref ?? null, message, nowMs })

/** The credit's row after a use was taken of it. */
export type ReservedRow = Omit<ReservedCredit, 'kind' | 'shown'> & {
  kind: number
  n: number
  uses: number | null
}

export interface Reservation {
  user: UserNumber
  message: number
  credit: CreditId
  generation: number
  /** What its end does to the reserved uses; 0: the message was unknown, and the use counts as spent already. */
  reserved: -1 | 0
}

export type CreditOutcome = { outcome: 'spent' | 'givenBack' } | { outcome: 'dead'; reason: string }
