/**
 * The database cannot be used now: away, busy for too long, full, read-only. Nothing was written; or nobody knows, where
 * a connection or the writer ended at that very moment. Whatever is asked again is found done, if it was.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}
