import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/events.ts'
import type { CreditsReply } from '../../../shared/wire/index.ts'
import { newId } from '../../support/server/phone.ts'
import type { Phone } from '../../support/server/phone.ts'
import { envelope } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
let alice: Phone
beforeEach(async () => {
  server = await startReach()
  alice = await server.phone('alice-0001')
})
afterEach(() => server.close())

const form = (formId: string, more: object = {}) => ({
  type: 'form.submitted',
  formId,
  page: 'pages/form/form',
  ...more,
})
const creditsOf = async (openId: string) =>
  (await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body

describe('a batch', () => {
  it('is answered event by event, in its order, and a bad one spoils no other', async () => {
    const answer = await alice.post({
      sentAt: startMs,
      events: [
        { id: 'event-good-1', at: startMs, ...form('f-1') },
        { id: 'event-bad-01', at: startMs, ...form('f-2'), page: 5 },
        { id: 'event-odd-01', at: startMs, type: 'form.cancelled' },
        null,
        { at: startMs, ...form('f-3') },
        { id: 'event-huge-1', at: startMs, type: 'share.opened', scene: 1e300, page: 'a' },
        { id: 'event-good-2', at: startMs, ...form('f-4') },
      ],
    })
    expect(answer.status).toBe(200)
    expectShape(schemas.eventsReply, answer.body)
    expect(answer.body.results).toMatchObject([
      { id: 'event-good-1', status: 'accepted' },
      { id: 'event-bad-01', reason: 'invalid', errors: [{ path: '/events/1/page' }] },
      { id: 'event-odd-01', reason: 'unknown_type', errors: [{ path: '/events/2/type' }] },
      { id: null, status: 'rejected', reason: 'unknown_type' },
      { id: null, reason: 'invalid', errors: [{ path: '/events/4/id' }] },
      { id: 'event-huge-1', reason: 'invalid', errors: [{ path: '/events/5/scene' }] },
      { id: 'event-good-2', status: 'accepted' },
    ])
    expect((await creditsOf('alice-0001')).canReceive.template.uses).toBe(2)
  })

  it('may carry fields that the server does not know, in the envelope too', async () => {
    const [event] = envelope.events
    const more = JSON.parse('{"battery":0.5,"__proto__":1,"constructor":2}') as object
    const answer = await alice.post({ ...envelope, ...more, events: [{ ...event, ...more }] })
    expect(answer.body.results).toEqual([{ id: 'sample-event-1', status: 'accepted' }])
  })

  it('of one hundred is taken', async () => {
    const events = Array.from({ length: 100 }, (_, n) => form(`f-${n}`))
    const results = await alice.postEvents(...events)
    expect(results.map(({ status }) => status)).toEqual(Array(100).fill('accepted'))
  })

  it('with 10,000 lists in one another harms nobody', async () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000)
    const text = JSON.stringify(envelope).replaceAll('"page":', `"deep":${deep},"page":`)
    expect((await alice.post(text)).body.results).toMatchObject([{ status: 'accepted' }])
    expect((await alice.post(`{"sentAt":1,"events":[${deep}]}`)).body.results).toMatchObject([
      { id: null, reason: 'unknown_type' },
    ])
  })

  it.each([
    ['half of a surrogate pair', { page: 'pages/\ud800' }],
    ['an emoji', { page: 'pages/🎁' }],
    ['quotes', { page: `'; DROP TABLE credits; --` }],
    ['a time before time', { at: -(10 ** 300) }],
    ['a time after time', { at: 10 ** 300 }],
    ['minus nothing', { at: -0 }],
    ['an id of dashes', { id: '--------' }],
    ['the id __proto__', { id: '__proto__' }],
  ])('with %s harms nobody', async (_, fields) => {
    const [odd, good] = await alice.postEvents(form('f-1', fields), form('f-2'))
    expect(['accepted', 'rejected']).toContain(odd?.status)
    expect(good?.status).toBe('accepted')
    expect((await creditsOf('alice-0001')).credits.length).toBeGreaterThan(0)
  })
})

describe('an event that comes again', () => {
  it('is a duplicate under its id', async () => {
    const event = form('f-1', { id: newId() })
    expect(await alice.postEvents(event)).toMatchObject([{ status: 'accepted' }])
    expect(await alice.postEvents(event, event)).toMatchObject([
      { status: 'duplicate' },
      { status: 'duplicate' },
    ])
    expect((await creditsOf('alice-0001')).canReceive.template.uses).toBe(1)
  })

  it('is a duplicate under a new id when its formId is known', async () => {
    const results = await alice.postEvents(form('f-1'), form('f-1'))
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
  })

  it('is new from another user: what one phone says takes nothing from another', async () => {
    const bob = await server.phone('bob-0001')
    await alice.postEvents(form('f-1', { id: 'event-same-1' }))
    expect(await bob.postEvents(form('f-1', { id: 'event-same-1' }))).toMatchObject([
      { status: 'accepted' },
    ])
  })

  it('is a duplicate when a payment comes with and without its prefix', async () => {
    const [first, second] = await alice.postEvents(
      { type: 'payment.made', prepayId: 'prepay_id=wx2018' },
      { type: 'payment.made', prepayId: 'wx2018' },
    )
    expect([first?.status, second?.status]).toEqual(['accepted', 'duplicate'])
  })
})
