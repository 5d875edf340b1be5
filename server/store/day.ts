import { day } from '../rules/time.ts'

/** Days are counted in UTC by the platform's clock. */
export const dayOf = (ms: number): number => Math.floor(ms / day)
