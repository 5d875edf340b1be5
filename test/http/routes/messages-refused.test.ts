import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { message as messageSchema } from '../../../server/http/schemas/messages.ts'
import { readyReply } from '../../../server/http/schemas/operations.ts'
import type { CreditsReply, Message, ReadyReply } from '../../../shared/wire/index.ts'
import type { Phone } from '../../support/server/phone.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach } from '../../support/server/start-reach.ts'
import { day, hour } from '../../../server/rules/time.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const path = '/cgi-bin/message/wxopen/template/send'
let server: StartedReach
let alice: Phone
beforeEach(async () => {
  server = await startReach()
  alice = await server.phone('alice-0001')
  await alice.postEvents({
    type: 'form.submitted',
    formId: await alice.submitForm(),
    page: 'pages/a',
  })
})
afterEach(() => server.close())

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
const template = async () =>
  (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body.canReceive.template
const sendCalls = async () => {
  const { body } = await server.sandbox<{ calls: { path: string }[] }>('GET /sandbox/calls')
  return body.calls.filter((call) => call.path === path).length
}

describe('a message that WeChat refuses gives its credit back', () => {
  it.each([
    ['an unknown template', { templateId: 'no-such-template' }, 'template_unknown', 40037],
    ['a page of another site', { page: 'https://example.com' }, 'page_unknown', 41030],
  ])('%s', async (_, change, code, errcode) => {
    expect(await send(change)).toMatchObject({
      state: 'refused',
      attempts: 1,
      reason: {
        code,
        detail: expect.stringMatching(/.{20}/),
        wechat: { errcode, errmsg: expect.stringMatching(/invalid/), meaning: expect.any(String) },
      },
    })
    expect((await template()).uses).toBe(1)
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
    expect((await template()).uses).toBe(1)
  })
})

describe('a channel that WeChat shuts', () => {
  it('stays shut without further calls, and everybody is told', async () => {
    await fault({ errcode: 48001 })
    expect(await send()).toMatchObject({ state: 'refused', reason: { code: 'channel_shut' } })
    expect(await send()).toMatchObject({ reason: { code: 'channel_shut' }, attempts: 0 })
    expect(await sendCalls()).toBe(1)
    expect(await template()).toMatchObject({ uses: 0, refused: 'channel_shut' })
    const ready = await server.ask<ReadyReply>('GET /readyz')
    expect(ready.status).toBe(200)
    expectShape(readyReply, ready.body)
    expect(ready.body.checks[`${app.appId} template`]).toMatchObject({ ok: false })
  })

  it('opens when the message that tries it after an hour is taken', async () => {
    await fault({ errcode: 48001 })
    await send()
    server.clock.advance(hour)
    expect(await send()).toMatchObject({ state: 'sent' })
    expect((await template()).refused).toBeUndefined()
  })
})

describe('a quota that is used up', () => {
  it('pauses the channel until midnight in Shanghai', async () => {
    await control('quotas', { templateSendsPerDay: 0 })
    expect(await send()).toMatchObject({ reason: { code: 'quota', wechat: { errcode: 45009 } } })
    expect(await send()).toMatchObject({ reason: { code: 'quota' }, attempts: 0 })
    const told = async () => Object.keys((await server.ask<ReadyReply>('GET /readyz')).body.checks)
    expect(await told()).toContain(`${app.appId} template`)
    await control('quotas', { templateSendsPerDay: 10 })
    server.clock.advance(day / 2)
    expect(await told()).not.toContain(`${app.appId} template`)
    expect(await send()).toMatchObject({ state: 'sent' })
  })
})

describe('credentials that WeChat refuses', () => {
  it('for the token: the message says what to do, and the credit is free', async () => {
    await fault({ errcode: 40125, times: 3 }, '/cgi-bin/token')
    const { reason } = await send()
    expect(reason).toMatchObject({ code: 'credentials', wechat: { errcode: 40125 } })
    expect(reason?.detail).toMatch(/AppSecret|WECHAT_SECRET/)
    expect((await template()).uses).toBe(1)
  })

  it('for the call: one fresh token, and the same call once more', async () => {
    await fault({ errcode: 42001 })
    expect(await send()).toMatchObject({ state: 'sent' })
    expect(await sendCalls()).toBe(2)
  })
})

describe('the edition of 2026', () => {
  it('has no template messages: refused, before any call, and told in advance', async () => {
    server.reach.apps.setEdition(app.appId, '2026')
    expect(await template()).toEqual({ uses: 0, refused: 'retired' })
    expect(await send()).toMatchObject({
      state: 'refused',
      attempts: 0,
      reason: { code: 'retired' },
    })
    expect(await sendCalls()).toBe(0)
  })

  it('still records what arises', async () => {
    server.reach.apps.setEdition(app.appId, '2026')
    const form = { type: 'form.submitted', formId: await alice.submitForm(), page: 'pages/a' }
    expect(await alice.postEvents(form)).toMatchObject([{ status: 'accepted' }])
    server.reach.apps.setEdition(app.appId, '2018')
    expect((await template()).uses).toBe(2)
  })
})
