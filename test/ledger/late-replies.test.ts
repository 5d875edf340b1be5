import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import type { WechatReply } from '../../server/wechat/http.ts'
import { answered, appId, lost, createLedgerFixture, type LedgerFixture } from './ledger-fixture.ts'

type Late = WechatReply<unknown>

describe('a reply that arrives after its message became unknown', () => {
  let fixture: LedgerFixture
  beforeEach(() => {
    fixture = createLedgerFixture()
  })
  afterEach(() => fixture.store.close())

  /** A call whose reply the test sends late. */
  function lateCall(): { reply: AuthorizedReply<unknown>; arrives(late: Late): void } {
    let arrives = (_late: Late) => {}
    const late = new Promise<Late>((resolve) => (arrives = resolve))
    const cause = new Error('time-out')
    return {
      reply: { result: 'unknown', cause, lateReply: late },
      arrives: (reply) => arrives(reply),
    }
  }
  const reply = (errcode: number) => answered(errcode, 'in the words of WeChat') as Late
  /** The outcome is written some turns of the event loop after the late reply. */
  async function messageAfter(key: string) {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    return fixture.send(key)
  }

  async function unknownPayment() {
    await fixture.credit('p1', 'payment')
    const call = lateCall()
    fixture.answers.push(call.reply)
    expect(await fixture.send('1')).toMatchObject({ state: 'unknown' })
    return call
  }
  const used = { free: 2, reserved: 0 }

  it('and is 0: sent', async () => {
    const call = await unknownPayment()
    call.arrives(reply(0))
    expect(await messageAfter('1')).toMatchObject({
      state: 'sent',
      inferred: false,
      reason: undefined,
    })
    expect(await fixture.uses()).toEqual(used)
  })

  it.each([
    [40037, 'template_unknown'],
    [41028, 'credits_rejected'],
    [40001, 'credentials'],
    [99999, 'message_bad'],
  ])('and is %i: refused as %s, and the credit stays used', async (errcode, code) => {
    const call = await unknownPayment()
    call.arrives(reply(errcode))
    const reason = { code, wechat: { errcode, errmsg: 'in the words of WeChat' } }
    expect(await messageAfter('1')).toMatchObject({ state: 'refused', reason, rejectedCredits: 0 })
    expect(await fixture.uses()).toEqual(used)
  })

  it.each([
    [45009, 'pause'],
    [48001, 'shut'],
  ])('and is %i: the channel is suspended as well', async (errcode, kind) => {
    const call = await unknownPayment()
    call.arrives(reply(errcode))
    expect(await messageAfter('1')).toMatchObject({ state: 'refused' })
    expect(await fixture.store.findSuspensions(appId)).toMatchObject([{ kind }])
  })

  it.each<[string, Late]>([
    ['busy (-1)', reply(-1)],
    ['lost for good', lost as Late],
  ])('and is %s: it stays unknown, and is not sent again', async (_name, late) => {
    const call = await unknownPayment()
    call.arrives(late)
    expect(await messageAfter('1')).toMatchObject({ state: 'unknown', attempts: 1 })
    expect(await fixture.uses()).toEqual(used)
  })

  it('and is for a form that was presented several times: only success counts', async () => {
    await fixture.credit('f1')
    const calls = [lateCall(), lateCall(), lateCall(), lateCall()]
    fixture.answers.push(...calls.map((call) => call.reply))
    expect(await fixture.send('1')).toMatchObject({ state: 'unknown', attempts: 4 })
    calls[0]!.arrives(reply(40037))
    calls[1]!.arrives(reply(41028))
    expect(await messageAfter('1')).toMatchObject({ state: 'unknown' })
    calls[2]!.arrives(reply(41029))
    expect(await messageAfter('1')).toMatchObject({ state: 'sent', inferred: true })
    calls[3]!.arrives(reply(0))
    expect(await messageAfter('1')).toMatchObject({ state: 'sent', inferred: true })
    expect(await fixture.uses()).toEqual({ free: 0, reserved: 0 })
  })
})
