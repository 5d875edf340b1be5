/** The table of outcomes, where WeChat answers. */
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ReadyReply } from '../../shared/wire/index.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { hour, minute, second } from '../../server/rules/time.ts'
import { kindNames, creditKinds, user, type KindName } from './credit-kinds.ts'
import { openScenario, openScenarioWith, type Scenario } from './scenario.ts'

let scenario: Scenario
afterEach(() => scenario.close())

const open = async (kind: KindName, fault?: object) => {
  scenario = await openScenarioWith(kind)
  expect(await scenario.left()).toBe(scenario.creditCase.granted)
  if (fault) await scenario.fault(fault)
}
const counts = async () => ({ arrived: await scenario.arrived(), left: await scenario.left() })
const untouched = () => ({ arrived: 0, left: scenario.creditCase.granted })

describe('sent', () => {
  it.each(kindNames)('errcode 0, for a %s: one use is gone', async (kind) => {
    await open(kind)
    expect(await scenario.send()).toMatchObject({
      status: 201,
      body: { state: 'sent', attempts: 1 },
    })
    expect(await counts()).toEqual({ arrived: 1, left: scenario.creditCase.granted - 1 })
  })
})

describe('the credit was bad', () => {
  it.each([41028, 41029])(
    'form, %i: it is dead, and the next one is sent with',
    async (errcode) => {
      await open('form', { errcode })
      expect((await scenario.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
      expect(await counts()).toEqual({ arrived: 1, left: 0 })
    },
  )

  it.each([
    ['payment', 41028],
    ['payment', 41029],
    ['subscription', 43101],
    ['subscription', 43107],
    ['window', 45015],
    ['window', 45047],
  ] as const)(
    '%s, %i: it is dead with all its uses, and no other is left',
    async (kind, errcode) => {
      await open(kind, { errcode })
      const { status, body } = await scenario.send()
      expect([status, body.state, body.attempts]).toEqual([201, 'refused', 1])
      expect(body.reason).toMatchObject({ code: 'credits_rejected', wechat: { errcode } })
      expect(await counts()).toEqual({ arrived: 0, left: 0 })
    },
  )
})

describe('credits that are bad one after the other', () => {
  const invent = async (count: number) => {
    const phone = await scenario.phone(user)
    for (let n = 1; n <= count; n += 1) {
      await phone.postEvents({ type: 'form.submitted', formId: `invented-${n}`, page: 'pages/a' })
    }
  }
  const refused = {
    state: 'refused',
    reason: { code: 'credits_rejected', wechat: { errcode: 41028 } },
  }

  it('are at most five a message', async () => {
    scenario = await openScenario('form')
    await invent(6)
    expect((await scenario.send()).body).toMatchObject({ ...refused, attempts: 5 })
    expect(await counts()).toEqual({ arrived: 0, left: 1 })
  })

  it('are tried for at most eight seconds', async () => {
    scenario = await openScenario('form')
    await invent(4)
    await scenario.fault({ delayMs: 5 * second, times: 2 })
    const answering = scenario.send()
    for (const _ of [1, 2]) {
      await scenario.monotonic.waitedFor(5 * second)
      scenario.monotonic.advance(5 * second)
    }
    const { body } = await answering
    expect(await scenario.until(body.id, 'refused')).toMatchObject({ ...refused, attempts: 2 })
    expect(await counts()).toEqual({ arrived: 0, left: 2 })
  })
})

describe('the message was bad', () => {
  it.each([
    ['form', 40037, 'template_unknown'],
    ['form', 41030, 'page_unknown'],
    ['form', 40013, 'message_bad'],
    ['payment', 40003, 'user_unknown'],
    ['payment', 99999, 'message_bad'],
    ['subscription', 47003, 'data_invalid'],
    ['subscription', 45168, 'data_invalid'],
    ['subscription', 99999, 'message_bad'],
    ['window', 40003, 'user_unknown'],
    ['window', 99999, 'message_bad'],
  ] as const)('%s, %i: refused as %s, and the use is given back', async (kind, errcode, code) => {
    await open(kind, { errcode })
    const { status, body } = await scenario.send()
    expect([status, body.state, body.attempts]).toEqual([201, 'refused', 1])
    expect(body.reason).toMatchObject({
      code,
      detail: expect.stringMatching(/\w{3}/),
      wechat: { errcode, errmsg: expect.any(String), meaning: expect.stringMatching(/^\w+$/) },
    })
    expect(await counts()).toEqual(untouched())
  })

  it('although the platform has acted: the use is free until WeChat refuses it', async () => {
    await open('form', { errcode: 40037, when: 'after' })
    expect((await scenario.send()).body).toMatchObject({ state: 'refused' })
    expect(await counts()).toEqual({ arrived: 1, left: 2 })
    expect((await scenario.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await counts()).toEqual({ arrived: 2, left: 0 })
  })
})

describe('we may not', () => {
  const shutChannels = async () => {
    const { body } = await scenario.ask<ReadyReply>('GET /readyz')
    return Object.keys(body.checks).filter((name) => name.startsWith('wx'))
  }

  it.each([
    ['form', 48001, 'channel_shut'],
    ['payment', 45103, 'retired'],
    ['payment', 45109, 'retired'],
    ['subscription', 48001, 'channel_shut'],
    ['window', 48001, 'channel_shut'],
    ['form', 48004, 'channel_shut'],
    ['subscription', 48004, 'channel_shut'],
    ['window', 48004, 'channel_shut'],
    ['window', 50002, 'channel_shut'],
  ] as const)(
    '%s, %i: refused as %s and given back, and the channel is shut until a probe succeeds',
    async (kind, errcode, code) => {
      await open(kind, { errcode })
      const refused = { state: 'refused', reason: { code, wechat: { errcode } } }
      expect((await scenario.send()).body).toMatchObject({ ...refused, attempts: 1 })
      expect(await shutChannels()).toEqual([
        `wx0123456789abcdef ${scenario.creditCase.message.channel}`,
      ])
      expect((await scenario.send()).body).toMatchObject({ ...refused, attempts: 0 })
      expect(await scenario.calls()).toBe(1)
      expect(await scenario.arrived()).toBe(0)
      scenario.clock.advance(hour)
      expect((await scenario.send()).body).toMatchObject({ state: 'sent' })
      expect(await shutChannels()).toEqual([])
      expect(await counts()).toEqual({ arrived: 1, left: scenario.creditCase.granted - 1 })
    },
  )
})

describe('an operator', () => {
  it('opens a channel that is shut: the next message asks WeChat again', async () => {
    await open('payment', { errcode: 48001 })
    expect((await scenario.send()).body).toMatchObject({ state: 'refused' })
    expect((await scenario.ask('DELETE /v1/suspensions/template')).status).toBe(204)
    expect((await scenario.send()).body).toMatchObject({ state: 'sent', attempts: 1 })
    expect((await scenario.ask('DELETE /v1/suspensions/template')).status).toBe(204)
    expectProblem(await scenario.ask('DELETE /v1/suspensions/telepathy'), 404, 'not_found')
    expect(await counts()).toEqual({ arrived: 1, left: 2 })
  })
})

describe('busy', () => {
  it.each([
    ['form', -1],
    ['payment', -1],
    ['subscription', -1],
    ['subscription', 43108],
    ['window', -1],
    ['form', 45011],
    ['payment', 45011],
    ['subscription', 45011],
    ['window', 45011],
    ['window', 61450],
  ] as const)('%s, %i: given back and queued, and sent when it is due', async (kind, errcode) => {
    await open(kind, { errcode })
    const { status, body } = await scenario.send({}, { Prefer: 'respond-async' })
    expect([status, body.state]).toEqual([202, 'queued'])
    while ((await scenario.left()) < scenario.creditCase.granted) await scenario.find(body.id)
    expect(await scenario.find(body.id)).toMatchObject({ state: 'queued', attempts: 1 })
    await scenario.work(5, async () => (await scenario.find(body.id)).state === 'sent')
    expect(await scenario.find(body.id)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await counts()).toEqual({ arrived: 1, left: scenario.creditCase.granted - 1 })
  })

  it('45011 at the token call: queued without a call, and sent when a token comes', async () => {
    scenario = await openScenario('payment')
    await scenario.control('faults', { path: '/cgi-bin/token', errcode: 45011, times: 3 })
    await scenario.grant()
    const { body } = await scenario.send({}, { Prefer: 'respond-async' })
    while ((await scenario.find(body.id)).attempts < 1 || (await scenario.left()) < 3);
    expect(await scenario.calls()).toBe(0)
    await scenario.work(20, async () => (await scenario.find(body.id)).state === 'sent')
    expect(await scenario.find(body.id)).toMatchObject({ state: 'sent' })
    expect(await counts()).toEqual({ arrived: 1, left: 2 })
  })

  it.each(kindNames.filter((kind) => kind !== 'window'))(
    '%s, until the deadline: refused, and given back',
    async (kind) => {
      await open(kind, { errcode: -1, times: 1_000 })
      const { body } = await scenario.send({}, { Prefer: 'respond-async' })
      while ((await scenario.left()) < scenario.creditCase.granted) await scenario.find(body.id)
      scenario.clock.advance(15 * minute)
      await scenario.work(5, async () => (await scenario.find(body.id)).state === 'refused')
      expect((await scenario.find(body.id)).reason).toMatchObject({ code: 'deadline' })
      expect(await counts()).toEqual(untouched())
    },
  )
})

describe('our token was bad', () => {
  const tokenPath = (kind: KindName) =>
    creditKinds[kind].edition === '2018' ? '/cgi-bin/token' : '/cgi-bin/stable_token'
  const tokens = async (kind: KindName) => (await platformCalls(scenario, tokenPath(kind))).length

  it.each([
    ['form', 40001],
    ['payment', 40014],
    ['subscription', 42001],
    ['window', 40001],
  ] as const)('%s, %i: one refresh, and the same call', async (kind, errcode) => {
    await open(kind, { errcode })
    expect((await scenario.send()).body).toMatchObject({ state: 'sent', attempts: 1 })
    expect(await scenario.calls()).toBe(2)
    expect(await tokens(kind)).toBeGreaterThanOrEqual(2)
    expect(await counts()).toEqual({ arrived: 1, left: scenario.creditCase.granted - 1 })
  })

  it.each(kindNames)('%s, a second time: given back, refused with what to do', async (kind) => {
    await open(kind, { errcode: 40001, times: 2 })
    const { body } = await scenario.send()
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(body.reason?.detail).toMatch(/WECHAT_SECRET/)
    expect(await scenario.calls()).toBe(2)
    expect(await counts()).toEqual(untouched())
  })

  it.each(kindNames)('%s, at the token call itself: the same, without a send', async (kind) => {
    scenario = await openScenario(kind)
    // The sign-in of the phone needs no token, what comes with a consent does.
    await scenario.control('faults', { path: tokenPath(kind), errcode: 40001, times: 9 })
    await scenario.grant()
    const { body } = await scenario.send()
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(body.reason?.detail).toMatch(/WECHAT_SECRET/)
    expect(await scenario.calls()).toBe(0)
    expect(await counts()).toEqual(untouched())
  })
})
