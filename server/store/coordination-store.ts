/**
 * What all processes on the database share: the access_token, rate slots, counts of requests. Part
 * of the store: see store.ts.
 */
export interface TokenStore {
  findToken(appId: string): Promise<StoredToken | undefined>
  /** Replaces the stored token if it is still sealed as it was read. Returns how many: 0 or 1. */
  replaceSealedToken(input: SealedTokenReplacement): Promise<number>
  /**
   * Lets `holder` alone fetch the token, for `leaseMs` of the engine's clock. False: another holder
   * has the lease. The holder may call again.
   */
  leaseToken(input: { appId: string; holder: string; leaseMs: number }): Promise<boolean>
  /**
   * Ends the lease of `holder` and stores the token it fetched. Without the lease: changes nothing.
   */
  endTokenLease(input: { appId: string; holder: string; token?: StoredToken }): Promise<void>
  /**
   * Records that `holder` forces WeChat to issue a new token now. False, and nothing changes, if
   * the platform's limit (`forceRules`) does not allow that, or without the lease.
   */
  forceToken(input: { appId: string; holder: string; nowMs: number }): Promise<boolean>
}

export interface SealedTokenReplacement {
  appId: string
  sealed: Buffer
  replacement: Buffer
}

/** When this server may call an endpoint that the platform limits by the minute. */
export interface RateSlotStore {
  /**
   * Reserves a slot within `maxWaitMs`. It is used up then, whatever becomes of the call. If none
   * is free: how long until one is. There are never more than `perMinute` slots in any 60 seconds,
   * wherever the platform's minute begins, and a later reservation never gets an earlier slot.
   * Holds over all processes on the database, by the platform's clock.
   */
  reserveSlot(input: ReserveSlot): Promise<RateSlot>
  /** Slots of the last minute. */
  countSlots(appId: string, nowMs: number): Promise<number>
}

export interface RequestStore {
  /**
   * Counts `by` more requests of `key` in the current window, and returns the count with them.
   * Windows begin and end at the same time for all keys, by the engine's clock.
   */
  countRequest(input: CountRequest): Promise<RequestCount>
}

export interface StoredToken {
  /** Sealed at rest. */
  sealed: Buffer
  /** When it was fetched, and when it ends, by the platform's clock. */
  fetchedAtMs: number
  expiresAtMs: number
}

export interface ReserveSlot {
  appId: string
  nowMs: number
  /** At most a minute. */
  maxWaitMs: number
  /** Below the platform's limit, the rest is left to other callers. */
  perMinute: number
}

export type RateSlot = { atMs: number } | { waitMs: number }

export interface CountRequest {
  key: string
  windowMs: number
  /** Default: 1. */
  by?: number
}

export interface RequestCount {
  count: number
  /** Until the window ends. */
  leftMs: number
}
