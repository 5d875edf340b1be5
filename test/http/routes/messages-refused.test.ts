import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { message as messageSchema } from '../../../server/http/schemas/messages.ts'
import { readyReply } from '../../../server/http/schemas/operations.ts'
import type { ReachServerConfig } from '../../../server/reach-server.ts'
import { day, hour } from '../../../server/rules/time.ts'
import type { CreditsReply, Message, ReadyReply } from '../../../shared/wire/index.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { message, template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

describe('POST /v1/messages, refused', () => {
  const path = '/cgi-bin/message/wxopen/template/send'
  const server = useReach()
  const alice = usePhone(server)
  beforeEach(async () => {
    await alice.postEvents({
      type: 'form.submitted',
      formId: await alice.submitForm(),
      page: 'pages/a',
    })
  })

  let keys = 0
  const send = async (change: object = {}) => {
    const { body } = await server.ask<Message>('POST /v1/messages', {
      body: { ...message, ...change },
      headers: { 'Idempotency-Key': `key-${(keys += 1)}` },
    })
    expectShape(messageSchema, body)
    return body
  }
  const control = (name: string, body: object) => server.sandbox(`POST /sandbox/${name}`, { body })
  const fault = (effect: object, at = path) => control('faults', { path: at, ...effect })
  const templateCredits = async () =>
    (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body.canReceive.template
  const sendCalls = async () => (await platformCalls(server, path)).length

  describe('a message that WeChat refuses gives its credit back', () => {
    it.each([
      ['an unknown template', { templateId: 'no-such-template' }, 'template_unknown', 40037],
      ['an unknown page', { page: 'pages/a:b' }, 'page_unknown', 41030],
    ])('%s', async (_, change, code, errcode) => {
      expect(await send(change)).toMatchObject({
        state: 'refused',
        attempts: 1,
        reason: {
          code,
          detail: expect.stringMatching(/.{20}/),
          wechat: {
            errcode,
            errmsg: expect.stringMatching(/invalid/),
            meaning: expect.any(String),
          },
        },
      })
      expect((await templateCredits()).uses).toBe(1)
      expect(await send()).toMatchObject({ state: 'sent' })
    })

    it.each([
      ['user_unknown', 40003],
      ['data_invalid', 47003],
      ['message_bad', 99_999],
    ])('as %s, with the code %d', async (code, errcode) => {
      await fault({ errcode })
      const { state, reason } = await send()
      expect({ state, reason }).toMatchObject({
        state: 'refused',
        reason: { code, wechat: { errcode } },
      })
      expect((await templateCredits()).uses).toBe(1)
    })
  })

  describe('a channel that WeChat shuts', () => {
    it('stays shut without further calls, and the API and /readyz report it', async () => {
      await fault({ errcode: 48001 })
      expect(await send()).toMatchObject({ state: 'refused', reason: { code: 'channel_shut' } })
      expect(await send()).toMatchObject({ reason: { code: 'channel_shut' }, attempts: 0 })
      expect(await sendCalls()).toBe(1)
      expect(await templateCredits()).toMatchObject({ uses: 0, refused: 'channel_shut' })
      const ready = await server.ask<ReadyReply>('GET /readyz')
      expect(ready.status).toBe(200)
      expectShape(readyReply, ready.body)
      expect(ready.body.checks[`${app.appId} template`]).toMatchObject({ ok: false })
    })

    it('resumes when the probe after an hour succeeds', async () => {
      await fault({ errcode: 48001 })
      await send()
      server.clock.advance(hour)
      expect(await send()).toMatchObject({ state: 'sent' })
      expect((await templateCredits()).refused).toBeUndefined()
    })
  })

  describe('a quota that is used up', () => {
    it('pauses the channel until midnight in Shanghai', async () => {
      await control('quotas', { templateSendsPerDay: 0 })
      expect(await send()).toMatchObject({ reason: { code: 'quota', wechat: { errcode: 45009 } } })
      expect(await send()).toMatchObject({ reason: { code: 'quota' }, attempts: 0 })
      const told = async () =>
        Object.keys((await server.ask<ReadyReply>('GET /readyz')).body.checks)
      expect(await told()).toContain(`${app.appId} template`)
      await control('quotas', { templateSendsPerDay: 10 })
      server.clock.advance(day / 2)
      expect(await told()).not.toContain(`${app.appId} template`)
      expect(await send()).toMatchObject({ state: 'sent' })
    })
  })

  describe('credentials that WeChat refuses', () => {
    it('for the token: the reason says what to do, and the credit is given back', async () => {
      await fault({ errcode: 40125, times: 3 }, '/cgi-bin/token')
      const { reason } = await send()
      expect(reason).toMatchObject({ code: 'credentials', wechat: { errcode: 40125 } })
      expect(reason?.detail).toMatch(/AppSecret|WECHAT_SECRET/)
      expect((await templateCredits()).uses).toBe(1)
    })

    it('for the call: the token is refreshed once and the call repeated', async () => {
      await fault({ errcode: 42001 })
      expect(await send()).toMatchObject({ state: 'sent' })
      expect(await sendCalls()).toBe(2)
    })
  })

  describe('the edition of 2026', () => {
    it('has no template messages: they are refused before a call', async () => {
      server.reach.apps.setEdition(app.appId, '2026')
      expect(await templateCredits()).toEqual({ uses: 0, refused: 'retired' })
      expect(await send()).toMatchObject({
        state: 'refused',
        attempts: 0,
        reason: { code: 'retired' },
      })
      expect(await sendCalls()).toBe(0)
    })

    it('still records credits', async () => {
      server.reach.apps.setEdition(app.appId, '2026')
      const form = { type: 'form.submitted', formId: await alice.submitForm(), page: 'pages/a' }
      expect(await alice.postEvents(form)).toMatchObject([{ status: 'accepted' }])
      server.reach.apps.setEdition(app.appId, '2018')
      expect((await templateCredits()).uses).toBe(2)
    })
  })
})

describe('send limits', () => {
  let server: StartedReach
  afterEach(() => server.close())

  /** A server at noon in Shanghai, and a user with three form credits. */
  async function start(settings: Partial<ReachServerConfig> = {}) {
    server = await startReach({ settings })
    const alice = await server.phone('alice-0001')
    for (const _ of [1, 2, 3]) {
      await alice.postEvents({
        type: 'form.submitted',
        formId: await alice.submitForm(),
        page: 'pages/a',
      })
    }
  }
  let keys = 0
  async function send(change: object = {}) {
    const { body, status } = await server.ask<Message>('POST /v1/messages', {
      body: { ...message, ...change },
      headers: { 'Idempotency-Key': `limits-${(keys += 1)}` },
    })
    expect(status).toBe(201)
    expectShape(schemas.message, body)
    return body
  }
  const uses = async () =>
    (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body.canReceive.template
      .uses
  const calls = async () =>
    (await platformCalls(server, '/cgi-bin/message/wxopen/template/send')).length

  describe('the send limits', () => {
    it('are off by default', async () => {
      await start()
      for (const _ of [1, 2, 3]) expect((await send()).state).toBe('sent')
    })

    it('of a day refuse further messages, without a call and without a credit', async () => {
      await start({ limitPerUserDay: 2 })
      for (const _ of [1, 2]) expect((await send()).state).toBe('sent')
      expect(await send()).toMatchObject({
        state: 'refused',
        attempts: 0,
        reason: { code: 'user_limit', detail: expect.stringContaining('REACH_LIMIT_PER_USER_DAY') },
      })
      expect([await uses(), await calls()]).toEqual([1, 2])
      server.clock.advance(12 * hour)
      expect((await send()).state).toBe('sent')
    })

    it('of a day do not count what WeChat refused', async () => {
      await start({ limitPerUserDay: 1 })
      expect((await send({ templateId: 'no-such-template' })).state).toBe('refused')
      expect((await send()).state).toBe('sent')
      expect((await send()).reason?.code).toBe('user_limit')
    })

    it('of quiet hours refuse in the configured time zone', async () => {
      const quietHours = { fromMinute: 22 * 60, untilMinute: 8 * 60 }
      await start({ quietHours })
      expect((await send()).state).toBe('sent')
      server.clock.advance(10 * hour)
      expect(await send()).toMatchObject({
        state: 'refused',
        attempts: 0,
        reason: { code: 'quiet_hours' },
      })
      expect(await uses()).toBe(2)
      server.clock.advance(10 * hour)
      expect((await send()).state).toBe('sent')
      await server.close()
      await start({ quietHours, timeZone: 'America/New_York' })
      expect((await send()).reason?.code).toBe('quiet_hours')
      server.clock.advance(day)
      expect((await send()).reason?.code).toBe('quiet_hours')
    })
  })

  describe('marketing words in a template message', () => {
    it('give a warning with the field, and the message is sent', async () => {
      await start()
      const data = { keyword1: { value: '双十一红包' }, keyword2: { value: '咖啡' } }
      const sent = await send({ data })
      expect(sent.state).toBe('sent')
      expect(sent.warnings).toEqual([
        { path: '/data/keyword1/value', message: expect.stringContaining('红包') },
      ])
      expect(await send()).not.toHaveProperty('warnings')
    })
  })
})

describe('penalties', () => {
  const server = useReach()
  let keys = 0

  const punish = (body: object) => server.sandbox('POST /sandbox/penalties', { body })
  const send = async () => {
    const alice = await server.phone('alice-0001')
    await alice.postEvents({
      type: 'form.submitted',
      formId: await alice.submitForm(),
      page: 'pages/a',
    })
    const headers = { 'Idempotency-Key': `penalty-${(keys += 1)}` }
    const { body } = await server.ask<Message>('POST /v1/messages', { body: message, headers })
    return body.reason?.code ?? body.state
  }
  const usesLeft = async () => {
    const { body } = await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')
    return body.credits.map((credit) => credit.usesLeft)
  }
  const sendCalls = async () =>
    (await platformCalls(server, '/cgi-bin/message/wxopen/template/send')).length

  describe('a penalty (处罚说明)', () => {
    it('on a template refuses its messages and keeps the credits', async () => {
      await punish({ strike: 1, templateId: template })
      expect(await send()).toBe('template_unknown')
      expect(await usesLeft()).toEqual([1])
    })

    it.each([
      [2, 7],
      [3, 30],
    ])(
      'with strike %i costs one call and no credit, and is over after %i days',
      async (strike, days) => {
        await punish({ strike })
        expect([await send(), await send()]).toEqual(['channel_shut', 'channel_shut'])
        expect(await sendCalls()).toBe(1)
        expect(await usesLeft()).toEqual([1, 1])
        server.clock.advance(days * day)
        expect(await send()).toBe('sent')
      },
    )

    it('with strike 4 never ends', async () => {
      await punish({ strike: 4 })
      expect(await send()).toBe('channel_shut')
      server.clock.advance(400 * day)
      expect(await send()).toBe('channel_shut')
    })
  })
})
