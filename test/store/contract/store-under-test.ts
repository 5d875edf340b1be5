import type { Store } from '../../../server/store/store.ts'

export interface StoreUnderTest {
  store: Store
  /**
   * As if the process that owns the store ended: opens its data again once its leases have ended,
   * either with the process or by time, depending on the engine.
   */
  restart(): Promise<Store>
  close(): Promise<void>
}

/** The store of the running test. */
export type Current = () => StoreUnderTest
