import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/credits.ts'
import { day, hour, minute } from '../../../server/rules/time.ts'
import type { CreditsReply, RightsReply } from '../../../shared/wire/index.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const server = useReach()
const alice = usePhone(server)

const credits = async (openId = 'alice-0001') => {
  const answer = await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)
  expect(answer.status).toBe(200)
  expectShape(schemas.creditsReply, answer.body)
  return answer.body
}
const iso = (ms: number) => new Date(ms).toISOString()

describe('what a phone may ask', () => {
  it('is what its own user can receive', async () => {
    await alice.earnForm()
    const bob = await server.phone('bob-000001')
    const askedBy = async (token: string) => {
      const answer = await server.ask<RightsReply>('GET /v1/rights', { token })
      expectShape(schemas.rightsReply, answer.body)
      return answer.body.template.uses
    }
    expect([await askedBy(alice.token), await askedBy(bob.token)]).toEqual([1, 0])
  })
})

describe('what may be sent to a user', () => {
  it('is nothing for an unknown user', async () => {
    expect(await credits('nobody-001')).toEqual({
      credits: [],
      canReceive: { template: { uses: 0 }, subscribe: {}, customer: { uses: 0 } },
    })
  })

  it('lists the credits, earliest end first, and the latest end of all', async () => {
    await alice.earnForm()
    server.clock.advance(hour)
    await alice.postEvents(
      { type: 'payment.made', prepayId: `prepay_id=${await alice.pay()}` },
      { type: 'subscription.answered', answers: { tmpl: 'accept', other: 'reject' } },
    )
    const id = expect.any(String)
    const until = iso(startMs + hour + 7 * day)
    expect(await credits()).toEqual({
      credits: [
        { id, kind: 'form', channel: 'template', usesLeft: 1, expiresAt: iso(startMs + 7 * day) },
        { id, kind: 'payment', channel: 'template', usesLeft: 3, expiresAt: until },
        { id, kind: 'subscription', channel: 'subscribe', templateId: 'tmpl', usesLeft: 1 },
      ],
      // The edition 2018 has no subscribe messages: the credit is recorded and cannot be spent.
      canReceive: { template: { uses: 4, until }, subscribe: {}, customer: { uses: 0 } },
    })
  })

  it('ends a minute before the platform ends it', async () => {
    await alice.postEvents({ type: 'form.submitted', formId: 'f-1', page: 'a' })
    server.clock.advance(7 * day - minute - 1)
    expect((await credits()).canReceive.template.uses).toBe(1)
    server.clock.advance(1)
    expect(await credits()).toMatchObject({ credits: [], canReceive: { template: { uses: 0 } } })
  })

  it('marks a credit of a phone that shows no template message and does not count it', async () => {
    const { code } = (
      await server.sandbox<{ code: string }>('POST /sandbox/login-codes', {
        body: { openId: 'alice-0001' },
      })
    ).body
    const body = { appId: 'wx0123456789abcdef', code, wechatVersion: '6.5.1' }
    await server.ask('POST /v1/session', { token: null, body })
    await alice.postEvents({ type: 'form.submitted', formId: 'f-1', page: 'a' })
    const { credits: listed, canReceive } = await credits()
    expect(listed).toMatchObject([{ belowMinimumVersion: true }])
    // It would never be shown.
    expect(canReceive.template).toEqual({ uses: 0 })
  })
})

describe('a payment that a backend made', () => {
  const pay = (openId: string, prepayId: string) =>
    server.ask<{ status: string }>('POST /v1/credits/payment', { body: { openId, prepayId } })

  it('is recorded once, with its prefix or without, for a user who never signed in', async () => {
    const first = await pay('carol-0001', 'prepay_id=wx2018')
    expectShape(schemas.paymentCreditReply, first.body)
    expect(first).toMatchObject({ status: 201, body: { status: 'accepted' } })
    expect(await pay('carol-0001', 'wx2018')).toMatchObject({
      status: 200,
      body: { status: 'duplicate' },
    })
    expect((await credits('carol-0001')).canReceive.template.uses).toBe(3)
  })

  it('is a duplicate when the phone reports it too', async () => {
    await pay('alice-0001', 'wx2018')
    expect(
      await alice.postEvents({ type: 'payment.made', prepayId: 'prepay_id=wx2018' }),
    ).toMatchObject([{ status: 'duplicate' }])
  })
})
