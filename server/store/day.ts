const dayMs = 24 * 60 * 60 * 1_000

/** Days are counted in UTC by the platform's clock. */
export const dayOf = (ms: number): number => Math.floor(ms / dayMs)
