import { afterEach, beforeEach, describe } from '@jest/globals'
import { apiKeyPromises } from './api-keys.ts'
import { auditPromises } from './audit.ts'
import { audiencePromises } from './audiences.ts'
import { broadcastChangePromises } from './broadcast-changes.ts'
import { broadcastResultPromises } from './broadcast-results.ts'
import { broadcastPromises } from './broadcasts.ts'
import { changePromises } from './changes.ts'
import { codeBudgetPromises } from './code-budgets.ts'
import { codePromises } from './codes.ts'
import { consentPromises } from './consents.ts'
import { conversationPromises } from './conversations.ts'
import { creditEndingPromises } from './credit-endings.ts'
import { creditPromises } from './credits.ts'
import { deliveryPromises } from './deliveries.ts'
import { eventPromises } from './events.ts'
import { lateOutcomePromises } from './late-outcomes.ts'
import { leasePromises } from './leases.ts'
import { limitPromises } from './limits.ts'
import { mediaPromises } from './media.ts'
import { messagePromises } from './messages.ts'
import { pushPromises } from './pushes.ts'
import { rateSlotPromises } from './rate-slots.ts'
import { requestCountPromises } from './request-counts.ts'
import { scheduledPromises } from './scheduled.ts'
import { sessionPromises } from './sessions.ts'
import { sharePromises } from './shares.ts'
import { suspensionPromises } from './suspensions.ts'
import { sweepPromises } from './sweep.ts'
import { tagResultPromises } from './tag-results.ts'
import { tagPromises } from './tags.ts'
import { tokenPromises } from './tokens.ts'
import type { Current, StoreUnderTest } from './store-under-test.ts'
import { webhookPromises } from './webhooks.ts'
import { windowPromises } from './windows.ts'

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
    describe('messages for later', () => {
      scheduledPromises(now)
    })
    describe('broadcasts', () => {
      broadcastPromises(now)
    })
    describe('audiences', () => {
      audiencePromises(now)
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
    describe('counts of requests', () => {
      requestCountPromises(now)
    })
    describe('pushes', () => {
      pushPromises(now)
    })
    describe('conversations', () => {
      conversationPromises(now)
    })
    describe('windows of customer service', () => {
      windowPromises(now)
    })
    describe('consents to subscribe messages', () => {
      consentPromises(now)
    })
    describe('tags of a credit', () => {
      tagPromises(now)
    })
    describe('deliveries of subscribe messages', () => {
      deliveryPromises(now)
    })
    describe('shares', () => {
      sharePromises(now)
    })
    describe('API keys', () => {
      apiKeyPromises(now)
    })
    describe('budgets of codes', () => {
      codeBudgetPromises(now)
    })
    describe('codes', () => {
      codePromises(now)
    })
    describe('media', () => {
      mediaPromises(now)
    })
    describe('the change feed', () => {
      changePromises(now)
    })
    describe('results of broadcasts', () => {
      broadcastResultPromises(now)
    })

    describe('results of tags', () => {
      tagResultPromises(now)
    })
    describe('changes of broadcasts', () => {
      broadcastChangePromises(now)
    })
    describe('webhooks', () => {
      webhookPromises(now)
    })
    describe('credits that end soon', () => {
      creditEndingPromises(now)
    })
    describe('the audit', () => {
      auditPromises(now)
    })
    describe('sweep', () => {
      sweepPromises(now)
    })
  })
}
