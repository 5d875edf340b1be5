/** Turns to call an endpoint that the platform limits by the minute. Part of the store: see store.ts. */
export interface TurnStore {
  /**
   * Books a turn that comes within `maxWaitMs`; it is used up then, whatever becomes of the call. Without one, how long
   * it takes until a turn could be had. Never more than `perMinute` in any 60 seconds, wherever the platform lets its
   * minute begin, and what is booked later never comes earlier: over all processes on the database, by the platform's
   * clock, whose count this is.
   */
  reserveSlot(input: ReserveSlot): Promise<RateSlot>
  /** Turns that came within the last minute. */
  countSlots(appId: string, nowMs: number): Promise<number>
}

export interface ReserveSlot {
  appId: string
  nowMs: number
  /** At most a minute. */
  maxWaitMs: number
  /** Fewer than the platform's leaves the rest to others. */
  perMinute: number
}

export type RateSlot = { atMs: number } | { waitMs: number }
