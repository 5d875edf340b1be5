/** Requests counted over all processes on the database. Part of the store: see store.ts. */
export interface RequestStore {
  /**
   * Counts one more request of `key` in the window that runs, this one included. Windows begin and end for all
   * keys alike, by the engine's clock.
   */
  countRequest(input: { key: string; windowMs: number }): Promise<RequestCount>
}

export interface RequestCount {
  count: number
  /** Until the window ends. */
  leftMs: number
}
