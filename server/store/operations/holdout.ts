/** Who is left out of a broadcast: chosen by its id and the number of the user. */
import { sha256 } from '../../runtime/encoding.ts'
import { recipientCode } from '../rows.ts'
import type { Holdout } from '../store.ts'

/** The largest prime of 31 bits: a square of a remainder is exact on every engine. */
const prime = 2_147_483_647

/** Values of the next two. Two broadcasts leave out different users. */
export function holdoutValues(broadcastId: string, percent: Holdout = 0): number[] {
  const hash = sha256(broadcastId)
  return [
    hash.readUInt32BE(0) % prime,
    hash.readUInt32BE(4) % prime,
    Math.floor((prime * percent) / 100),
  ]
}

/**
 * SQL: the user is left out. SQLite numbers users one by one, and squares spread such numbers, too.
 *
 * @param n the first of the three values, as `$n`
 */
export function isHeldOut(n: number): string {
  const [first, second, below] = [n, n + 1, n + 2].map((at) => `CAST($${at} AS bigint)`)
  const shifted = `((usr + ${first}) % ${prime})`
  const squared = `((${shifted} * ${shifted} + ${second}) % ${prime})`
  return `${below} > 0 AND ${squared} * ${squared} % ${prime} < ${below}`
}

/** SQL: the state in which a recipient begins. */
export const stateFor = (n: number): string =>
  `CASE WHEN ${isHeldOut(n)} THEN ${recipientCode.of('heldOut')}
    ELSE ${recipientCode.of('waiting')} END`
