/** Lengths of time, in milliseconds. */
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** Days are counted in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / day)
