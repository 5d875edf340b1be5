import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import {
  appId,
  answered,
  lost,
  noToken,
  notSent,
  createLedgerFixture,
  request,
} from './ledger-fixture.ts'
import type { LedgerFixture } from './ledger-fixture.ts'

describe('the table of outcomes, through the store', () => {
  let fixture: LedgerFixture
  beforeEach(() => {
    fixture = createLedgerFixture()
  })
  afterEach(() => fixture.store.close())
  const nothing = { free: 0, reserved: 0 }
  const one = { free: 1, reserved: 0 }

  it('sent: one use is gone', async () => {
    await fixture.credit('p1', 'payment')
    expect(await fixture.send('1')).toMatchObject({ state: 'sent', inferred: false, attempts: 1 })
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('no credit: refused without a call', async () => {
    const message = await fixture.send('1')
    expect(message).toMatchObject({ state: 'refused', attempts: 0 })
    expect(message.reason).toMatchObject({ code: 'no_credit', reserved: 0 })
    expect(fixture.presented).toEqual([])
  })

  it('retired: refused, and the credits stay in the ledger', async () => {
    await fixture.credit('f1')
    fixture.setEdition('2026')
    expect(await fixture.send('1')).toMatchObject({ state: 'refused', reason: { code: 'retired' } })
    expect(await fixture.uses()).toEqual(one)
    expect(fixture.presented).toEqual([])
  })

  it.each([41028, 41029, 43101, 43107, 45015, 45047])(
    'credit rejected (%i): it ends, and the next one is tried',
    async (errcode) => {
      await fixture.credit('f1')
      await fixture.credit('f2')
      fixture.answers.push(answered(errcode))
      expect(await fixture.send('1')).toMatchObject({
        state: 'sent',
        rejectedCredits: 1,
        attempts: 2,
      })
      expect(fixture.presented).toEqual(['f1', 'f2'])
      expect(await fixture.uses()).toEqual(nothing)
    },
  )

  it('all credits rejected: at most five are tried', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await fixture.credit(`f${n}`)
    fixture.answers.push(...Array.from({ length: 6 }, () => answered(41028, 'invalid form id')))
    const message = await fixture.send('1')
    expect(message).toMatchObject({
      state: 'refused',
      rejectedCredits: 5,
      reason: { code: 'credits_rejected', wechat: { errcode: 41028, errmsg: 'invalid form id' } },
    })
    expect(fixture.presented).toHaveLength(5)
    expect(await fixture.uses()).toEqual(one)
  })

  it('credits rejected slowly: at most eight seconds are used', async () => {
    for (const n of [1, 2, 3, 4]) await fixture.credit(`f${n}`)
    const slowly = () => {
      fixture.world.monotonic.advance(4_000)
      return answered(41028)
    }
    fixture.answers.push(slowly, slowly, slowly)
    const message = await fixture.send('1')
    expect(message).toMatchObject({ state: 'refused', reason: { code: 'credits_rejected' } })
    expect(fixture.presented).toHaveLength(2)
  })

  it.each([
    [40037, 'template_unknown'],
    [41030, 'page_unknown'],
    [40003, 'user_unknown'],
    [47003, 'data_invalid'],
    [45168, 'data_invalid'],
    [40013, 'message_bad'],
    [99999, 'message_bad'],
  ])('message rejected (%i): refused as %s, the credit is given back', async (errcode, code) => {
    await fixture.credit('f1')
    await fixture.credit('f2')
    fixture.answers.push(answered(errcode, 'in the words of WeChat'))
    const message = await fixture.send('1')
    expect(message).toMatchObject({ state: 'refused', attempts: 1, rejectedCredits: 0 })
    expect(message.reason).toMatchObject({
      code,
      detail: expect.stringMatching(/\w/),
      wechat: { errcode, errmsg: 'in the words of WeChat' },
    })
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it.each([-1, 43108])('busy (%i): given back, and sent when it is due', async (errcode) => {
    await fixture.credit('f1')
    fixture.answers.push(answered(errcode), answered(errcode))
    expect(await fixture.send('1')).toMatchObject({ state: 'queued', attempts: 1 })
    expect(await fixture.uses()).toEqual(one)
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.ledger.resume()).toBe(1)
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.ledger.resume()).toBe(1)
    expect(await fixture.send('1')).toMatchObject({ state: 'sent', attempts: 3 })
    expect(await fixture.uses()).toEqual(nothing)
  })

  it('certainly not sent: as busy', async () => {
    await fixture.credit('f1')
    fixture.answers.push(notSent)
    expect(await fixture.send('1')).toMatchObject({ state: 'queued' })
    expect(await fixture.uses()).toEqual(one)
  })

  it('busy until the deadline: refused', async () => {
    await fixture.credit('f1')
    fixture.answers.push(notSent)
    await fixture.send('1')
    fixture.world.monotonic.advance(60_000)
    fixture.world.clock.advance(15 * 60_000)
    await fixture.ledger.resume()
    expect(await fixture.send('1')).toMatchObject({
      state: 'refused',
      reason: { code: 'deadline' },
    })
    expect(await fixture.uses()).toEqual(one)
  })

  it.each([
    ['the token call', noToken],
    ['a second refusal of the send', answered(40001, 'invalid credential')],
  ])('token rejected, by %s: given back, and the reason names credentials', async (_, reply) => {
    await fixture.credit('f1')
    fixture.answers.push(reply)
    const message = await fixture.send('1')
    expect(message).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(message.reason?.wechat).toMatchObject({ errcode: 40001 })
    expect(await fixture.uses()).toEqual(one)
  })

  it('an unknown outcome of a payment: counted as used, never sent again', async () => {
    await fixture.credit('p1', 'payment')
    fixture.answers.push(lost)
    expect(await fixture.send('1')).toMatchObject({
      state: 'unknown',
      reason: { code: 'outcome_unknown' },
    })
    fixture.world.monotonic.advance(1_000_000)
    expect(await fixture.ledger.resume()).toBe(0)
    expect(fixture.presented).toEqual(['p1'])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('a send that throws: the outcome is unknown', async () => {
    await fixture.credit('p1', 'payment')
    fixture.answers.push(() => Promise.reject(new Error('a bug')))
    expect(await fixture.send('1')).toMatchObject({ state: 'unknown' })
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it.each([
    [0, false],
    [41029, true],
  ])('a form credit after unknown, then %i: sent (inferred: %s)', async (errcode, inferred) => {
    await fixture.credit('f1')
    await fixture.credit('f2')
    fixture.answers.push(lost, answered(errcode))
    expect(await fixture.send('1')).toMatchObject({ state: 'sent', inferred, attempts: 2 })
    expect(fixture.presented).toEqual(['f1', 'f1'])
    expect(await fixture.uses()).toEqual(one)
  })

  it('a form credit after unknown: presented three more times, then unknown', async () => {
    await fixture.credit('f1')
    await fixture.credit('f2')
    fixture.answers.push(lost, notSent, answered(-1), lost)
    expect(await fixture.send('1')).toMatchObject({ state: 'unknown', attempts: 4 })
    expect(fixture.presented).toEqual(['f1', 'f1', 'f1', 'f1'])
    expect(await fixture.uses()).toEqual(one)
  })

  it.each([41028, 40037, 48001])(
    'a form credit after unknown, then %i: the outcome of the first call stays unknown',
    async (errcode) => {
      await fixture.credit('f1')
      fixture.answers.push(lost, answered(errcode))
      expect(await fixture.send('1')).toMatchObject({ state: 'unknown' })
      expect(await fixture.uses()).toEqual(nothing)
    },
  )

  it('quota: given back, and the channel pauses until midnight in Shanghai', async () => {
    await fixture.credit('f1')
    fixture.answers.push(answered(45009, 'reach max api daily quota limit'))
    expect(await fixture.send('1')).toMatchObject({ state: 'refused', reason: { code: 'quota' } })
    expect(await fixture.send('2')).toMatchObject({ state: 'refused', reason: { code: 'quota' } })
    expect(fixture.presented).toHaveLength(1)
    expect(await fixture.store.findSuspensions(appId)).toMatchObject([
      { kind: 'pause', untilMs: Date.UTC(2026, 0, 2, 16) },
    ])
    fixture.world.clock.advance(Date.UTC(2026, 0, 2, 16) - fixture.world.clock.now())
    expect(await fixture.send('3')).toMatchObject({ state: 'sent' })
  })

  it.each([
    [48001, 'channel_shut'],
    [45103, 'retired'],
    [45109, 'retired'],
  ])('not permitted (%i): the channel is shut until a probe succeeds', async (errcode, code) => {
    await fixture.credit('f1')
    const hour = 3_600_000
    fixture.answers.push(answered(errcode), answered(errcode))
    const refused = { state: 'refused', reason: { code, wechat: { errcode } } }
    expect(await fixture.send('1')).toMatchObject(refused)
    expect(await fixture.send('2')).toMatchObject({ ...refused, attempts: 0 })
    fixture.world.clock.advance(hour)
    expect(await fixture.send('a probe')).toMatchObject({ ...refused, attempts: 1 })
    expect(await fixture.send('3')).toMatchObject({ ...refused, attempts: 0 })
    fixture.world.clock.advance(hour)
    expect(await fixture.send('another probe')).toMatchObject({ state: 'sent' })
    expect(await fixture.store.findSuspensions(appId)).toEqual([])
    expect(fixture.presented).toHaveLength(3)
  })

  it('a probe that succeeds does not resume a channel that was shut after the probe', async () => {
    await fixture.credit('p1', 'payment')
    const hour = 3_600_000
    let succeed = (_reply: AuthorizedReply<unknown>) => {}
    const reply = new Promise<AuthorizedReply<unknown>>((resolve) => (succeed = resolve))
    fixture.answers.push(answered(45103))
    await fixture.send('1')
    fixture.world.clock.advance(hour)
    let probe: Promise<unknown> | undefined
    await new Promise<void>((isSent) => {
      fixture.answers.push(() => (isSent(), reply), answered(45103))
      probe = fixture.send('a probe')
    })
    fixture.world.clock.advance(hour)
    expect(await fixture.send('another probe')).toMatchObject({ state: 'refused' })
    succeed(answered(0))
    expect(await probe).toMatchObject({ state: 'sent' })
    expect(await fixture.store.findSuspensions(appId)).toMatchObject([{ kind: 'shut' }])
  })

  it("keeps WeChat's own id of a message, and none that JSON has rounded", async () => {
    const platformIds: unknown[] = []
    const settle = fixture.store.settle.bind(fixture.store)
    const store = {
      ...fixture.store,
      settle: (input: Parameters<typeof settle>[0]) => {
        platformIds.push('platformId' in input.message ? input.message.platformId : undefined)
        return settle(input)
      },
    }
    const ids = ['1700827132819554304', 12, 2 ** 60]
    for (const msgid of ids) {
      await fixture.credit(`f${msgid}`)
      fixture.answers.push({ result: 'answered', errcode: 0, errmsg: '', body: { msgid } })
      const ledger = fixture.another('another', store)
      const sent = await ledger.send(
        { appId, secret: 's', edition: '2018' },
        request,
        `key ${msgid}`,
      )
      if (sent.was !== 'conflict') await sent.attempted
    }
    expect(platformIds).toEqual(['1700827132819554304', '12', undefined])
  })
})
