/** So many requests a minute and key, counted over all processes on the database. */
import { rateWindowMs } from '../rules/limits.ts'
import type { RequestStore } from '../store/store.ts'

export interface RateLimit {
  /** Counts one request. `undefined`: go on; else the whole seconds to wait. */
  take(key: string | number): Promise<number | undefined>
}

/** @param name tells the keys of this limit from those of another */
export function createRateLimit(store: RequestStore, name: string, perMinute: number): RateLimit {
  return {
    async take(key) {
      const { count, leftMs } = await store.countRequest({
        key: `${name} ${key}`,
        windowMs: rateWindowMs,
      })
      return count > perMinute ? Math.ceil(leftMs / 1000) : undefined
    },
  }
}
