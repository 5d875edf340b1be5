import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { appId, answered, lost, noToken, notSent, openBook, request } from './book.ts'
import type { Book } from './book.ts'

describe('the table of outcomes, through the store', () => {
  let book: Book
  beforeEach(() => {
    book = openBook()
  })
  afterEach(() => book.store.close())
  const nothing = { free: 0, reserved: 0 }
  const one = { free: 1, reserved: 0 }

  it('sent: one use is gone', async () => {
    await book.credit('p1', 'payment')
    expect(await book.send('1')).toMatchObject({ state: 'sent', inferred: false, attempts: 1 })
    expect(await book.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('no credit: refused without a call', async () => {
    const message = await book.send('1')
    expect(message).toMatchObject({ state: 'refused', attempts: 0 })
    expect(message.reason).toMatchObject({ code: 'no_credit', reserved: 0 })
    expect(book.shown).toEqual([])
  })

  it('retired: refused, and the credits stay in the book', async () => {
    await book.credit('f1')
    book.setEdition('2026')
    expect(await book.send('1')).toMatchObject({ state: 'refused', reason: { code: 'retired' } })
    expect(await book.uses()).toEqual(one)
    expect(book.shown).toEqual([])
  })

  it.each([41028, 41029, 43101, 43107, 45015, 45047])(
    'the credit was bad (%i): it dies, and the next one is tried',
    async (errcode) => {
      await book.credit('f1')
      await book.credit('f2')
      book.answers.push(answered(errcode))
      expect(await book.send('1')).toMatchObject({ state: 'sent', rejectedCredits: 1, attempts: 2 })
      expect(book.shown).toEqual(['f1', 'f2'])
      expect(await book.uses()).toEqual(nothing)
    },
  )

  it('credits that are bad, all of them: at most five', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await book.credit(`f${n}`)
    book.answers.push(...Array.from({ length: 6 }, () => answered(41028, 'invalid form id')))
    const message = await book.send('1')
    expect(message).toMatchObject({
      state: 'refused',
      rejectedCredits: 5,
      reason: { code: 'credits_rejected', wechat: { errcode: 41028, errmsg: 'invalid form id' } },
    })
    expect(book.shown).toHaveLength(5)
    expect(await book.uses()).toEqual(one)
  })

  it('credits that are bad, slowly: at most eight seconds', async () => {
    for (const n of [1, 2, 3, 4]) await book.credit(`f${n}`)
    const slowly = () => {
      book.world.monotonic.advance(4_000)
      return answered(41028)
    }
    book.answers.push(slowly, slowly, slowly)
    const message = await book.send('1')
    expect(message).toMatchObject({ state: 'refused', reason: { code: 'credits_rejected' } })
    expect(book.shown).toHaveLength(2)
  })

  it.each([
    [40037, 'template_unknown'],
    [41030, 'page_unknown'],
    [40003, 'user_unknown'],
    [47003, 'data_invalid'],
    [45168, 'data_invalid'],
    [40013, 'message_bad'],
    [99999, 'message_bad'],
  ])('the message was bad (%i): refused as %s, the credit is given back', async (errcode, code) => {
    await book.credit('f1')
    await book.credit('f2')
    book.answers.push(answered(errcode, 'in the words of WeChat'))
    const message = await book.send('1')
    expect(message).toMatchObject({ state: 'refused', attempts: 1, rejectedCredits: 0 })
    expect(message.reason).toMatchObject({
      code,
      detail: expect.stringMatching(/\w/),
      wechat: { errcode, errmsg: 'in the words of WeChat' },
    })
    expect(await book.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it.each([-1, 43108])('busy (%i): given back, and sent when it is due', async (errcode) => {
    await book.credit('f1')
    book.answers.push(answered(errcode), answered(errcode))
    expect(await book.send('1')).toMatchObject({ state: 'queued', attempts: 1 })
    expect(await book.uses()).toEqual(one)
    book.world.monotonic.advance(60_000)
    expect(await book.ledger.resume()).toBe(1)
    book.world.monotonic.advance(60_000)
    expect(await book.ledger.resume()).toBe(1)
    expect(await book.send('1')).toMatchObject({ state: 'sent', attempts: 3 })
    expect(await book.uses()).toEqual(nothing)
  })

  it('certainly not sent: as busy', async () => {
    await book.credit('f1')
    book.answers.push(notSent)
    expect(await book.send('1')).toMatchObject({ state: 'queued' })
    expect(await book.uses()).toEqual(one)
  })

  it('busy until the deadline: refused', async () => {
    await book.credit('f1')
    book.answers.push(notSent)
    await book.send('1')
    book.world.monotonic.advance(60_000)
    book.world.clock.advance(15 * 60_000)
    await book.ledger.resume()
    expect(await book.send('1')).toMatchObject({ state: 'refused', reason: { code: 'deadline' } })
    expect(await book.uses()).toEqual(one)
  })

  it.each([
    ['the token call', noToken],
    ['a second refusal of the send', answered(40001, 'invalid credential')],
  ])('our token was bad, by %s: given back, and what to do', async (_, reply) => {
    await book.credit('f1')
    book.answers.push(reply)
    const message = await book.send('1')
    expect(message).toMatchObject({ state: 'refused', reason: { code: 'credentials' } })
    expect(message.reason?.wechat).toMatchObject({ errcode: 40001 })
    expect(await book.uses()).toEqual(one)
  })

  it('nobody knows, for a payment: counted as used, never sent again', async () => {
    await book.credit('p1', 'payment')
    book.answers.push(lost)
    expect(await book.send('1')).toMatchObject({
      state: 'unknown',
      reason: { code: 'outcome_unknown' },
    })
    book.world.monotonic.advance(1_000_000)
    expect(await book.ledger.resume()).toBe(0)
    expect(book.shown).toEqual(['p1'])
    expect(await book.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('a send that throws: nobody knows', async () => {
    await book.credit('p1', 'payment')
    book.answers.push(() => Promise.reject(new Error('a bug')))
    expect(await book.send('1')).toMatchObject({ state: 'unknown' })
    expect(await book.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it.each([
    [0, false],
    [41029, true],
  ])('a form credit after unknown, then %i: sent (inferred: %s)', async (errcode, inferred) => {
    await book.credit('f1')
    await book.credit('f2')
    book.answers.push(lost, answered(errcode))
    expect(await book.send('1')).toMatchObject({ state: 'sent', inferred, attempts: 2 })
    expect(book.shown).toEqual(['f1', 'f1'])
    expect(await book.uses()).toEqual(one)
  })

  it('a form credit after unknown: shown again three times, then unknown, never another credit', async () => {
    await book.credit('f1')
    await book.credit('f2')
    book.answers.push(lost, notSent, answered(-1), lost)
    expect(await book.send('1')).toMatchObject({ state: 'unknown', attempts: 4 })
    expect(book.shown).toEqual(['f1', 'f1', 'f1', 'f1'])
    expect(await book.uses()).toEqual(one)
  })

  it.each([41028, 40037, 48001])(
    'a form credit after unknown, then %i: that tells nothing of the first call',
    async (errcode) => {
      await book.credit('f1')
      book.answers.push(lost, answered(errcode))
      expect(await book.send('1')).toMatchObject({ state: 'unknown' })
      expect(await book.uses()).toEqual(nothing)
    },
  )

  it('quota: given back, and the channel pauses until midnight in Shanghai', async () => {
    await book.credit('f1')
    book.answers.push(answered(45009, 'reach max api daily quota limit'))
    expect(await book.send('1')).toMatchObject({ state: 'refused', reason: { code: 'quota' } })
    expect(await book.send('2')).toMatchObject({ state: 'refused', reason: { code: 'quota' } })
    expect(book.shown).toHaveLength(1)
    expect(await book.store.findSuspensions(appId)).toMatchObject([
      { kind: 'pause', untilMs: Date.UTC(2026, 0, 2, 16) },
    ])
    book.world.clock.advance(Date.UTC(2026, 0, 2, 16) - book.world.clock.now())
    expect(await book.send('3')).toMatchObject({ state: 'sent' })
  })

  it.each([
    [48001, 'channel_shut'],
    [45103, 'retired'],
    [45109, 'retired'],
  ])('we may not (%i): the channel is shut until a probe succeeds', async (errcode, code) => {
    await book.credit('f1')
    const hour = 3_600_000
    book.answers.push(answered(errcode), answered(errcode))
    const refused = { state: 'refused', reason: { code, wechat: { errcode } } }
    expect(await book.send('1')).toMatchObject(refused)
    expect(await book.send('2')).toMatchObject({ ...refused, attempts: 0 })
    book.world.clock.advance(hour)
    expect(await book.send('a probe')).toMatchObject({ ...refused, attempts: 1 })
    expect(await book.send('3')).toMatchObject({ ...refused, attempts: 0 })
    book.world.clock.advance(hour)
    expect(await book.send('another probe')).toMatchObject({ state: 'sent' })
    expect(await book.store.findSuspensions(appId)).toEqual([])
    expect(book.shown).toHaveLength(3)
  })

  it("keeps WeChat's own id of a message, and none that JSON has rounded", async () => {
    const told: unknown[] = []
    const settle = book.store.settle.bind(book.store)
    const store = {
      ...book.store,
      settle: (input: Parameters<typeof settle>[0]) => {
        told.push('platformId' in input.message ? input.message.platformId : undefined)
        return settle(input)
      },
    }
    const ids = ['1700827132819554304', 12, 2 ** 60]
    for (const msgid of ids) {
      await book.credit(`f${msgid}`)
      book.answers.push({ result: 'answered', errcode: 0, errmsg: '', body: { msgid } })
      const ledger = book.another('another', store)
      const sent = await ledger.send(
        { appId, secret: 's', edition: '2018' },
        request,
        `key ${msgid}`,
      )
      if (sent.was !== 'conflict') await sent.attempted
    }
    expect(told).toEqual(['1700827132819554304', '12', undefined])
  })
})
