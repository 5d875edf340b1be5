import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/events.ts'
import { groupReply as groupReplySchema } from '../../../server/http/schemas/shares.ts'
import { day, minute } from '../../../server/rules/time.ts'
import type { CreditsReply, GroupReply } from '../../../shared/wire/index.ts'
import { newId } from '../../support/server/phone.ts'
import { envelope } from '../../support/server/samples.ts'
import { sessionKeyOf } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

describe('POST /v1/events', () => {
  const server = useReach()
  const alice = usePhone(server)

  const form = (formId: string, more: object = {}) => ({
    type: 'form.submitted',
    formId,
    page: 'pages/form/form',
    ...more,
  })
  const creditsOf = async (openId: string) =>
    (await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body

  describe('a batch', () => {
    it('gets one result for each event, in order; a bad event rejects no other', async () => {
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

    it('may have unknown fields, in the envelope too', async () => {
      const [event] = envelope.events
      const more = JSON.parse('{"battery":0.5,"__proto__":1,"constructor":2}') as object
      const answer = await alice.post({ ...envelope, ...more, events: [{ ...event, ...more }] })
      expect(answer.body.results).toEqual([{ id: 'sample-event-1', status: 'accepted' }])
    })

    it('of one hundred events is accepted', async () => {
      const events = Array.from({ length: 100 }, (_, n) => form(`f-${n}`))
      const results = await alice.postEvents(...events)
      expect(results.map(({ status }) => status)).toEqual(Array(100).fill('accepted'))
    })

    it('with 10,000 nested lists is rejected, and the server goes on', async () => {
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

  describe('a repeated event', () => {
    it('is a duplicate by its id', async () => {
      const event = form('f-1', { id: newId() })
      expect(await alice.postEvents(event)).toMatchObject([{ status: 'accepted' }])
      expect(await alice.postEvents(event, event)).toMatchObject([
        { status: 'duplicate' },
        { status: 'duplicate' },
      ])
      expect((await creditsOf('alice-0001')).canReceive.template.uses).toBe(1)
    })

    it('is a duplicate under a new id when its formId was recorded', async () => {
      const results = await alice.postEvents(form('f-1'), form('f-1'))
      expect(results.map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
    })

    it('is new when another user sends it', async () => {
      const bob = await server.phone('bob-0001')
      await alice.postEvents(form('f-1', { id: 'event-same-1' }))
      expect(await bob.postEvents(form('f-1', { id: 'event-same-1' }))).toMatchObject([
        { status: 'accepted' },
      ])
    })

    it('is a duplicate when a payment is sent with and without its prefix', async () => {
      const [first, second] = await alice.postEvents(
        { type: 'payment.made', prepayId: 'prepay_id=wx2018' },
        { type: 'payment.made', prepayId: 'wx2018' },
      )
      expect([first?.status, second?.status]).toEqual(['accepted', 'duplicate'])
    })
  })
})

describe('the tag of an event', () => {
  const server = useReach()
  const alice = usePhone(server)
  const form = { type: 'form.submitted', formId: 'f-1', page: 'a' }

  it('stands on the credit that arises, and in its history', async () => {
    await alice.postEvents({ ...form, tag: '秋季 sale' })
    for (const path of ['credits', 'credits/history']) {
      const { body } = await server.ask<CreditsReply>(`GET /v1/users/alice-0001/${path}`)
      expect(body.credits).toMatchObject([{ kind: 'form', tags: ['秋季 sale'] }])
    }
  })

  it.each(['', 'x'.repeat(65), 7])('is named where it cannot be one: %p', async (tag) => {
    const [result] = await alice.postEvents({ ...form, tag })
    expect(result).toMatchObject({ status: 'rejected', errors: [{ path: '/events/0/tag' }] })
  })
})

describe('POST /v1/events, time', () => {
  const server = useReach()
  const alice = usePhone(server)

  describe('the age of an event', () => {
    const ageOf = async (at: number, sentAt: number) => {
      const form = { type: 'form.submitted', formId: 'f-1', page: 'a' }
      const events = [{ id: newId(), at, ...form }]
      const { results } = (await alice.post({ sentAt, events })).body
      const [credit] = (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body
        .credits
      const endsMs = credit && Date.parse(credit.expiresAt!)
      return { ...results[0], ageMs: endsMs && startMs + 7 * day - endsMs }
    }

    it.each([
      ['is sentAt minus at, whatever the clock of the phone', 1_000, 6_000, 5_000],
      ['is zero for a time in the future', startMs + day, startMs, 0],
      ['is zero for an absurd time', 10 ** 300, 0, 0],
    ])('%s', async (_, at, sentAt, ageMs) => {
      expect(await ageOf(at, sentAt)).toMatchObject({ status: 'accepted', ageMs })
    })

    it.each([7, 29, 10 ** 6])('of %d days makes a form expired', async (days) => {
      expect(await ageOf(0, days * day)).toMatchObject({ status: 'rejected', reason: 'expired' })
    })

    it('counts as at most 30 days', async () => {
      const opened = {
        id: newId(),
        at: 0,
        type: 'share.opened',
        shareId: 'share-0001',
        scene: 1044,
      }
      const group = await alice.groupData('family')
      const events = [{ ...opened, page: 'a', group }]
      const { results } = (await alice.post({ sentAt: 10 ** 15, events })).body
      const { body } = await server.ask<{ arrivals: object[] }>(`GET /v1/groups/${group.openGId}`)
      expect(results).toMatchObject([{ status: 'accepted' }])
      expect(body.arrivals).toMatchObject([{ at: new Date(startMs - 30 * day).toISOString() }])
    })
  })
})

describe('POST /v1/events, groups', () => {
  const other = { ...app, appId: 'wxfedcba9876543210' }
  const server = useReach({ apps: [app, other] })
  const bob = usePhone(server, 'bob-0001')

  const opened = (group: object | undefined, more: object = {}) => ({
    type: 'share.opened',
    shareId: 'share-0001',
    scene: 1044,
    page: 'pages/index/index',
    ...(group && { group }),
    ...more,
  })
  const groupReply = (openGId: string) =>
    server.ask<GroupReply>(`GET /v1/groups/${openGId}?appId=${app.appId}`)
  const opens = async () => {
    const at = `GET /v1/shares/share-0001?appId=${app.appId}`
    return (await server.ask<{ share: { opens: number } }>(at)).body.share.opens
  }

  describe('an arrival from a group', () => {
    it('gets its openGId, also as a duplicate', async () => {
      const data = await bob.groupData('family')
      const event = opened(data, { id: newId() })
      const { openGId } = data
      expect(await bob.postEvents(event)).toMatchObject([{ status: 'accepted', openGId }])
      expect(await bob.postEvents(event)).toMatchObject([{ status: 'duplicate', openGId }])
      const { body } = await groupReply(openGId)
      expectShape(groupReplySchema, body)
      expect(body).toMatchObject({
        memberCount: 1,
        shareIds: ['share-0001'],
        arrivals: [{ scene: 1044 }],
      })
    })

    it('is decrypted with the key of an earlier sign-in, up to the fourth', async () => {
      const data = await bob.groupData('family')
      for (const _ of [1, 2, 3]) await bob.signIn()
      expect(await bob.postEvents(opened(data))).toMatchObject([{ openGId: data.openGId }])
      await bob.signIn()
      expect(await bob.postEvents(opened(data))).toMatchObject([
        { status: 'retry', reason: 'session_stale' },
      ])
    })

    it('gets retry once when no key decrypts it, then is recorded without its group', async () => {
      const alice = await server.phone('alice-0001')
      const event = opened(await alice.groupData('family'), { id: newId() })
      expect(await bob.postEvents(event)).toMatchObject([
        { status: 'retry', reason: 'session_stale' },
      ])
      expect(await bob.postEvents(event)).toMatchObject([
        { status: 'accepted', reason: 'undecryptable' },
      ])
      expect(await bob.postEvents(event)).toMatchObject([
        { status: 'duplicate', reason: 'undecryptable' },
      ])
      expect(await opens()).toBe(1)
    })

    it('gets its group when it is repeated with fresh data under the same id', async () => {
      const alice = await server.phone('alice-0001')
      const id = newId()
      await bob.postEvents(opened(await alice.groupData('family'), { id }))
      const fresh = await bob.groupData('family')
      const [result] = await bob.postEvents(opened(fresh, { id }))
      expect(result).toEqual({ id, status: 'accepted', openGId: fresh.openGId })
    })

    it.each([
      ['bad_base64', { encryptedData: 'not base64!' }],
      ['bad_base64', { encryptedData: '' }],
      ['bad_iv', { iv: 'AAAA' }],
    ])('is kept, and told %s', async (reason, broken) => {
      const data = { ...(await bob.groupData('family')), ...broken }
      const [result] = await bob.postEvents(opened(data))
      expect(result).toEqual({ id: result?.id, status: 'accepted', reason })
      expect(await opens()).toBe(1)
    })

    it.each([
      ['eight days old', 8 * day],
      ['just too old', 7 * day + 1_000],
    ])('is kept without data that is %s', async (_, ageMs) => {
      const data = await bob.groupData('family')
      server.clock.advance(ageMs)
      expect(await bob.postEvents(opened(data))).toMatchObject([
        { status: 'accepted', reason: 'too_old' },
      ])
      expect(await opens()).toBe(1)
    })

    it('is recorded without its group when the data is of another app', async () => {
      const twin = await server.phone('bob-0001', other.appId)
      const data = await twin.groupData('family')
      const body = { openId: 'bob-0001', sessionKey: await sessionKeyOf(server, 'bob-0001') }
      await server.ask(`POST /v1/sessions?appId=${app.appId}`, { body })
      expect(await bob.postEvents(opened(data))).toMatchObject([
        { status: 'accepted', reason: 'foreign_watermark' },
      ])
    })

    it('is recorded when the phone reports why there is no group', async () => {
      const results = await bob.postEvents(
        opened({ unavailable: 'ticket_expired' }),
        opened(undefined),
      )
      expect(results.map(({ status, reason }) => [status, reason])).toEqual([
        ['accepted', undefined],
        ['accepted', undefined],
      ])
      expect(await opens()).toBe(2)
    })
  })

  describe('the share tickets of a finished share', () => {
    it('give the same openGId as those of an opener, in their order', async () => {
      const alice = await server.phone('alice-0001')
      const [family, work] = [await alice.groupData('family'), await alice.groupData('work')]
      const groups = [family, { unavailable: 'timeout' }, work]
      const event = {
        type: 'share.finished',
        shareId: 'share-0001',
        result: 'ok',
        groups,
        id: newId(),
      }
      const openGIds = [family.openGId, null, work.openGId]
      expect(await alice.postEvents(event)).toMatchObject([{ status: 'accepted', openGIds }])
      expect(await alice.postEvents(event)).toMatchObject([{ status: 'duplicate', openGIds }])
      expect(await bob.postEvents(opened(await bob.groupData('family')))).toMatchObject([
        { openGId: family.openGId },
      ])
      server.monotonic.advance(minute)
    })
  })
})
