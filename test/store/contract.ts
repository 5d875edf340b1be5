import { afterEach, beforeEach, describe } from '@jest/globals'
import type { Store } from '../../server/store/store.ts'
import { consentPromises } from './contract/consents.ts'
import { codePromises } from './contract/codes.ts'
import { creditPromises } from './contract/credits.ts'
import { deliveryPromises } from './contract/deliveries.ts'
import { eventPromises } from './contract/events.ts'
import { lateOutcomePromises } from './contract/late-outcomes.ts'
import { leasePromises } from './contract/leases.ts'
import { limitPromises } from './contract/limits.ts'
import { mediaPromises } from './contract/media.ts'
import { messagePromises } from './contract/messages.ts'
import { pushPromises } from './contract/pushes.ts'
import { rateSlotPromises } from './contract/rate-slots.ts'
import { sessionPromises } from './contract/sessions.ts'
import { sharePromises } from './contract/shares.ts'
import { suspensionPromises } from './contract/suspensions.ts'
import { sweepPromises } from './contract/sweep.ts'
import { tokenPromises } from './contract/tokens.ts'
import { windowPromises } from './contract/windows.ts'

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

/** Every promise of store.ts, held by whatever `open` makes: an empty store for each test. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store on ${name}`, () => {
    let current: StoreUnderTest
    beforeEach(async () => {
      current = await open()
    })
    afterEach(() => current.close())
    const now: Current = () => current
    describe('sessions', () => {
      sessionPromises(now)
    })
    describe('events', () => {
      eventPromises(now)
    })
    describe('credits', () => {
      creditPromises(now)
    })
    describe('messages', () => {
      messagePromises(now)
    })
    describe('leases', () => {
      leasePromises(now)
    })
    describe('outcomes that come late', () => {
      lateOutcomePromises(now)
    })
    describe('suspensions', () => {
      suspensionPromises(now)
    })
    describe('limits', () => {
      limitPromises(now)
    })
    describe('tokens', () => {
      tokenPromises(now)
    })
    describe('rate slots', () => {
      rateSlotPromises(now)
    })
    describe('pushes', () => {
      pushPromises(now)
    })
    describe('windows of customer service', () => {
      windowPromises(now)
    })
    describe('consents to subscribe messages', () => {
      consentPromises(now)
    })
    describe('deliveries of subscribe messages', () => {
      deliveryPromises(now)
    })
    describe('shares', () => {
      sharePromises(now)
    })
    describe('codes', () => {
      codePromises(now)
    })
    describe('media', () => {
      mediaPromises(now)
    })
    describe('sweep', () => {
      sweepPromises(now)
    })
  })
}
