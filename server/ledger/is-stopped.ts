import type { ChannelStop } from '../store/store.ts'

/** Does the stop count now? A pause ends by itself. The store asks the same of what is sent, in its own words. */
export const isStopped = ({ untilMs }: Pick<ChannelStop, 'untilMs'>, nowMs: number): boolean =>
  untilMs === null || untilMs > nowMs
