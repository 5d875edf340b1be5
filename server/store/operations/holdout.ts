/** Who is left out of a broadcast: chosen by its id and the number of the user. */
import { sha256 } from '../../runtime/encoding.ts'
import { recipientCode } from '../rows.ts'
import type { Holdout } from '../store.ts'

/** The largest prime of 31 bits: a product of two remainders is exact on every engine. */
const prime = 2_147_483_647

/**
 * Values of the next two: `(usr * factor + summand) mod prime` spreads users evenly, and two
 * broadcasts leave out different ones.
 */
export function holdoutValues(broadcastId: string, percent: Holdout = 0): number[] {
  const hash = sha256(broadcastId)
  return [
    1 + (hash.readUInt32BE(0) % (prime - 1)),
    hash.readUInt32BE(4) % prime,
    Math.floor((prime * percent) / 100),
  ]
}

/** SQL: the user is left out. @param n the first of the three values, as `$n` */
export const isHeldOut = (n: number): string => {
  const [factor, summand, below] = [n, n + 1, n + 2].map((at) => `CAST($${at} AS bigint)`)
  return `(usr % ${prime} * ${factor} + ${summand}) % ${prime} < ${below}`
}

/** SQL: the state in which a recipient begins. */
export const stateFor = (n: number): string =>
  `CASE WHEN ${isHeldOut(n)} THEN ${recipientCode.of('heldOut')}
    ELSE ${recipientCode.of('waiting')} END`
