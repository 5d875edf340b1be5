import { sendRules } from '../rules/sending.ts'
import type { Random } from './world.ts'

export interface Backoff {
  firstMs: number
  capMs: number
}

/** Full jitter under a doubling cap: many callers that failed together do not come back together. */
export function backoffMs(
  failures: number,
  random: Random,
  { firstMs, capMs }: Backoff = sendRules.backoff,
): number {
  const share = random(4).readUInt32BE() / 2 ** 32
  return Math.round(share * Math.min(capMs, firstMs * 2 ** Math.max(failures - 1, 0)))
}
