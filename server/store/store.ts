/**
 * What the server needs of a database. Each engine implements it and passes one contract suite.
 * Every function is one transaction: once its promise resolves, its work is done and durable; if it
 * rejects, nothing is done. Times are milliseconds of the platform's clock and passed in; leases
 * run on the engine's own clock. Only the store knows openIds; all else carries user numbers.
 */
import type { ApiKeyStore } from './api-key-store.ts'
import type { AuditStore } from './audit-store.ts'
import type { BroadcastStore } from './broadcast-store.ts'
import type { ChangeStore } from './change-store.ts'
import type { CodeStore, MediaStore } from './code-store.ts'
import type { RateSlotStore, RequestStore, TokenStore } from './coordination-store.ts'
import type { EventStore, ShareStore } from './event-store.ts'
import type { LedgerStore } from './ledger-store.ts'
import type { MessageStore } from './message-store.ts'
import type { PushStore } from './push-store.ts'
import type { SessionStore } from './session-store.ts'
import type { TagStore } from './tag-store.ts'
import type { UserDataStore } from './user-data-store.ts'
import type { WebhookStore } from './webhook-store.ts'

export type * from './api-key-store.ts'
export type * from './audit-store.ts'
export type * from './broadcast-store.ts'
export type * from './change-store.ts'
export type * from './code-store.ts'
export type * from './coordination-store.ts'
export type * from './event-store.ts'
export type * from './ids.ts'
export type * from './ledger-store.ts'
export type * from './message-store.ts'
export type * from './push-store.ts'
export type * from './session-store.ts'
export type * from './tag-store.ts'
export type * from './user-data-store.ts'
export type * from './webhook-store.ts'

export interface Store
  extends
    SessionStore,
    EventStore,
    LedgerStore,
    MessageStore,
    BroadcastStore,
    PushStore,
    ShareStore,
    TokenStore,
    RateSlotStore,
    RequestStore,
    CodeStore,
    MediaStore,
    ApiKeyStore,
    AuditStore,
    ChangeStore,
    TagStore,
    UserDataStore,
    WebhookStore {
  /**
   * Resolves once the database has this version's schema. Applies the migrations that are due, one
   * process at a time. All other functions wait for it by themselves. Rejects with the reason; a
   * further call tries again.
   */
  ready(): Promise<void>
  /** Rejects if the database cannot be read or takes no writes. */
  ping(): Promise<void>
  /**
   * Ends what is over and deletes what is not kept (`retention` in rules/retention.ts), in small
   * transactions. Returns how many rows it changed. Can be called at any time, by several
   * processes. Aborted, it ends after the step that runs.
   */
  sweep(input: { nowMs: number; signal?: AbortSignal }): Promise<number>
  /** Finishes what is queued, then closes. */
  close(): Promise<void>
}

/**
 * The database cannot be used now: unreachable, busy for too long, full, read-only. Nothing was
 * written; if a connection or the writer ended at that very moment, the outcome is unknown. A
 * repeated call finds the work done, if it was.
 */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError'
}

/** `close` was called: unlike other unavailability, this one does not end. */
export class StoreClosedError extends StoreUnavailableError {
  override readonly name = 'StoreClosedError'

  constructor() {
    super('The database is closed.')
  }
}
