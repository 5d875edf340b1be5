/** One use of a credit, held by a message. */
import type { CreditKind } from '../../shared/wire/index.ts'
import { kindMask } from './row-codes.ts'
import type { CreditId, ReservedCredit, UserNumber } from './store.ts'

export interface Wish {
  user: UserNumber
  /** See `kindMask`. */
  kinds: number
  ref: string | null
  message: number
  nowMs: number
}

export const wishOf = (
  { user, message, nowMs }: Pick<Wish, 'user' | 'message' | 'nowMs'>,
  { kinds, ref }: { kinds: readonly CreditKind[]; ref?: string },
): Wish => ({ user, kinds: kindMask(kinds), ref: ref ?? null, message, nowMs })

/** The credit's row after a use was taken of it. */
export type ReservedRow = Omit<ReservedCredit, 'kind' | 'shown'> & {
  kind: number
  n: number
  uses: number | null
}

export interface Held {
  user: UserNumber
  message: number
  credit: CreditId
  generation: number
  /** What its end does to the reserved uses; 0: the message was unknown, and the use counts as spent already. */
  reserved: -1 | 0
}

export type Fate = { fate: 'spent' | 'givenBack' } | { fate: 'dead'; reason: string }
