/** The database cannot be used now: away, busy for too long, full, read-only. Nothing was written. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}
