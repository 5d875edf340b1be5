/** The table of outcomes, where WeChat answers. */
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ReadyReply } from '../../shared/wire/index.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { hour, minute, second } from '../support/server/start-reach.ts'
import { rightNames, rights, user } from './rights.ts'
import type { RightName } from './rights.ts'
import { openStage, openStageWith } from './stage.ts'
import type { Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())

const open = async (right: RightName, fault?: object) => {
  stage = await openStageWith(right)
  expect(await stage.left()).toBe(stage.right.granted)
  if (fault) await stage.fault(fault)
}
const book = async () => ({ arrived: await stage.arrived(), left: await stage.left() })
const untouched = () => ({ arrived: 0, left: stage.right.granted })

describe('sent', () => {
  it.each(rightNames)('errcode 0, for a %s: one use is gone', async (right) => {
    await open(right)
    expect(await stage.send()).toMatchObject({ status: 201, body: { state: 'sent', attempts: 1 } })
    expect(await book()).toEqual({ arrived: 1, left: stage.right.granted - 1 })
  })
})

describe('the credit was bad', () => {
  it.each([41028, 41029])(
    'form, %i: it is dead, and the next one is sent with',
    async (errcode) => {
      await open('form', { errcode })
      expect((await stage.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
      expect(await book()).toEqual({ arrived: 1, left: 0 })
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
    async (right, errcode) => {
      await open(right, { errcode })
      const { status, body } = await stage.send()
      expect([status, body.state, body.attempts]).toEqual([201, 'refused', 1])
      expect(body.reason).toMatchObject({ code: 'credits_rejected', wechat: { errcode } })
      expect(await book()).toEqual({ arrived: 0, left: 0 })
    },
  )
})

describe('credits that are bad one after the other', () => {
  const invent = async (count: number) => {
    const phone = await stage.phone(user)
    for (let n = 1; n <= count; n += 1) {
      await phone.tell({ type: 'form.submitted', formId: `invented-${n}`, page: 'pages/a' })
    }
  }
  const refused = {
    state: 'refused',
    reason: { code: 'credits_rejected', wechat: { errcode: 41028 } },
  }

  it('are at most five a message', async () => {
    stage = await openStage('form')
    await invent(6)
    expect((await stage.send()).body).toMatchObject({ ...refused, attempts: 5 })
    expect(await book()).toEqual({ arrived: 0, left: 1 })
  })

  it('are tried for at most eight seconds', async () => {
    stage = await openStage('form')
    await invent(4)
    await stage.fault({ delayMs: 5 * second, times: 2 })
    const answering = stage.send()
    for (const _ of [1, 2]) {
      await stage.monotonic.waitedFor(5 * second)
      stage.monotonic.advance(5 * second)
    }
    const { body } = await answering
    expect(await stage.until(body.id, 'refused')).toMatchObject({ ...refused, attempts: 2 })
    expect(await book()).toEqual({ arrived: 0, left: 2 })
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
  ] as const)('%s, %i: refused as %s, and the use is given back', async (right, errcode, code) => {
    await open(right, { errcode })
    const { status, body } = await stage.send()
    expect([status, body.state, body.attempts]).toEqual([201, 'refused', 1])
    expect(body.reason).toMatchObject({
      code,
      detail: expect.stringMatching(/\w{3}/),
      wechat: { errcode, errmsg: expect.any(String), meaning: expect.stringMatching(/^\w+$/) },
    })
    expect(await book()).toEqual(untouched())
  })

  it('although the platform has acted: it is believed, and the use turns out to be gone later', async () => {
    await open('form', { errcode: 40037, when: 'after' })
    expect((await stage.send()).body).toMatchObject({ state: 'refused' })
    expect(await book()).toEqual({ arrived: 1, left: 2 })
    expect((await stage.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await book()).toEqual({ arrived: 2, left: 0 })
  })
})

describe('we may not', () => {
  const shutChannels = async () => {
    const { body } = await stage.ask<ReadyReply>('GET /readyz')
    return Object.keys(body.checks).filter((name) => name.startsWith('wx'))
  }

  it.each([
    ['form', 48001, 'channel_shut'],
    ['payment', 45103, 'retired'],
    ['payment', 45109, 'retired'],
    ['subscription', 48001, 'channel_shut'],
    ['window', 48001, 'channel_shut'],
  ] as const)(
    '%s, %i: refused as %s and given back, and the channel is shut until a probe succeeds',
    async (right, errcode, code) => {
      await open(right, { errcode })
      const refused = { state: 'refused', reason: { code, wechat: { errcode } } }
      expect((await stage.send()).body).toMatchObject({ ...refused, attempts: 1 })
      expect(await shutChannels()).toEqual([`wx0123456789abcdef ${stage.right.message.channel}`])
      expect((await stage.send()).body).toMatchObject({ ...refused, attempts: 0 })
      expect(await stage.calls()).toBe(1)
      expect(await stage.arrived()).toBe(0)
      stage.clock.advance(hour)
      expect((await stage.send()).body).toMatchObject({ state: 'sent' })
      expect(await shutChannels()).toEqual([])
      expect(await book()).toEqual({ arrived: 1, left: stage.right.granted - 1 })
    },
  )
})

describe('an operator', () => {
  it('opens a channel that is shut: the next message asks WeChat again', async () => {
    await open('payment', { errcode: 48001 })
    expect((await stage.send()).body).toMatchObject({ state: 'refused' })
    expect((await stage.ask('DELETE /v1/suspensions/template')).status).toBe(204)
    expect((await stage.send()).body).toMatchObject({ state: 'sent', attempts: 1 })
    expect((await stage.ask('DELETE /v1/suspensions/template')).status).toBe(204)
    expectProblem(await stage.ask('DELETE /v1/suspensions/telepathy'), 404, 'not_found')
    expect(await book()).toEqual({ arrived: 1, left: 2 })
  })
})

describe('busy', () => {
  it.each([
    ['form', -1],
    ['payment', -1],
    ['subscription', -1],
    ['subscription', 43108],
    ['window', -1],
  ] as const)('%s, %i: given back and queued, and sent when it is due', async (right, errcode) => {
    await open(right, { errcode })
    const { status, body } = await stage.send({}, { Prefer: 'respond-async' })
    expect([status, body.state]).toEqual([202, 'queued'])
    while ((await stage.left()) < stage.right.granted) await stage.find(body.id)
    expect(await stage.find(body.id)).toMatchObject({ state: 'queued', attempts: 1 })
    await stage.work(5, async () => (await stage.find(body.id)).state === 'sent')
    expect(await stage.find(body.id)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await book()).toEqual({ arrived: 1, left: stage.right.granted - 1 })
  })

  it.each(rightNames.filter((right) => right !== 'window'))(
    '%s, until the deadline: refused, and given back',
    async (right) => {
      await open(right, { errcode: -1, times: 1_000 })
      const { body } = await stage.send({}, { Prefer: 'respond-async' })
      while ((await stage.left()) < stage.right.granted) await stage.find(body.id)
      stage.clock.advance(15 * minute)
      await stage.work(5, async () => (await stage.find(body.id)).state === 'refused')
      expect((await stage.find(body.id)).reason).toMatchObject({ code: 'deadline' })
      expect(await book()).toEqual(untouched())
    },
  )
})

describe('our token was bad', () => {
  const tokenPath = (right: RightName) =>
    rights[right].edition === '2018' ? '/cgi-bin/token' : '/cgi-bin/stable_token'
  const tokens = async (right: RightName) => (await platformCalls(stage, tokenPath(right))).length

  it.each([
    ['form', 40001],
    ['payment', 40014],
    ['subscription', 42001],
    ['window', 40001],
  ] as const)('%s, %i: one refresh, and the same call', async (right, errcode) => {
    await open(right, { errcode })
    expect((await stage.send()).body).toMatchObject({ state: 'sent', attempts: 1 })
    expect(await stage.calls()).toBe(2)
    expect(await tokens(right)).toBeGreaterThanOrEqual(2)
    expect(await book()).toEqual({ arrived: 1, left: stage.right.granted - 1 })
  })

  it.each(rightNames)('%s, a second time: given back, refused with what to do', async (right) => {
    await open(right, { errcode: 40001, times: 2 })
    const { body } = await stage.send()
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(body.reason?.detail).toMatch(/WECHAT_SECRET/)
    expect(await stage.calls()).toBe(2)
    expect(await book()).toEqual(untouched())
  })

  it.each(rightNames)('%s, at the token call itself: the same, without a send', async (right) => {
    stage = await openStage(right)
    // The sign-in of the phone needs no token, what comes with a consent does.
    await stage.control('faults', { path: tokenPath(right), errcode: 40001, times: 9 })
    await stage.grant()
    const { body } = await stage.send()
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(body.reason?.detail).toMatch(/WECHAT_SECRET/)
    expect(await stage.calls()).toBe(0)
    expect(await book()).toEqual(untouched())
  })
})
