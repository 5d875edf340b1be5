/** The access_token that several processes share. Part of the store: see store.ts. */
export interface TokenStore {
  findToken(appId: string): Promise<StoredToken | undefined>
  /**
   * Makes `holder` the one that may fetch, for `leaseMs` of the database's clock. False: another one may. The holder
   * may ask again.
   */
  leaseToken(input: { appId: string; holder: string; leaseMs: number }): Promise<boolean>
  /** Ends the lease of `holder`, and keeps the token that it fetched. Without the lease: changes nothing. */
  endTokenLease(input: { appId: string; holder: string; token?: StoredToken }): Promise<void>
  /**
   * Writes down that `holder` forces WeChat to give a new token now. False, and nothing changes, when the platform's limit
   * leaves no room for that (`forceRules`), or without the lease.
   */
  forceToken(input: { appId: string; holder: string; nowMs: number }): Promise<boolean>
}

export interface StoredToken {
  /** Sealed at rest. */
  sealed: Buffer
  /** When it was fetched, and when it ends, by the platform's clock. */
  fetchedAtMs: number
  expiresAtMs: number
}
