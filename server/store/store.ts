/**
 * What the server asks of a database. One implementation per engine, hand-written SQL inside, one contract
 * suite over all. Every function is one transaction: it happened wholly, durably, when its promise resolves,
 * or not at all when it rejects. Times are milliseconds of the platform's clock, passed in; leases run on the
 * engine's own clock. An openId is looked up here and nowhere else; everything else carries a user number.
 */
import type { CodeStore, MediaStore } from './code-store.ts'
import type { RateSlotStore, RequestStore, TokenStore } from './coordination-store.ts'
import type { EventStore } from './event-store.ts'
import type { LedgerStore } from './ledger-store.ts'
import type { MessageStore } from './message-store.ts'
import type { PushStore } from './push-store.ts'
import type { SessionStore } from './session-store.ts'
import type { ShareStore } from './share-store.ts'

export type * from './code-store.ts'
export type * from './coordination-store.ts'
export type * from './event-store.ts'
export type * from './ids.ts'
export type * from './ledger-store.ts'
export type * from './message-store.ts'
export type * from './push-store.ts'
export type * from './session-store.ts'
export type * from './share-store.ts'

export interface Store
  extends
    SessionStore,
    EventStore,
    LedgerStore,
    MessageStore,
    PushStore,
    RequestStore,
    ShareStore,
    TokenStore,
    RateSlotStore,
    CodeStore,
    MediaStore {
  /**
   * Resolves once the database holds this version's schema: migrations that are due are applied, by one process at a
   * time. Everything else waits for it by itself. Rejects with the reason when it cannot be had; asked again, tries again.
   */
  ready(): Promise<void>
  /** Rejects when the database cannot be read or takes no writes. */
  ping(): Promise<void>
  /**
   * Ends what is over and deletes what is not kept (`retention` in rules.ts), in small transactions. Returns the
   * rows changed. Safe to call at any time, by anyone. Aborted, it ends after the step that runs.
   */
  sweep(input: { nowMs: number; signal?: AbortSignal }): Promise<number>
  /** Finishes what is queued, then closes. */
  close(): Promise<void>
}
