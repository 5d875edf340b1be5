import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { minute } from '../../server/rules/time.ts'
import { startMs } from '../support/server/start-reach.ts'
import {
  app,
  signInQuery,
  startSandbox,
  type StartedSandbox,
} from '../support/server/start-sandbox.ts'

const openId = 'OPENID'
/** The example of getPaidUnionid. */
const unionId = 'oTmHYjg-tElZ68xxxxxxxxhy1Rgk'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId, unionId })
})
afterEach(() => wechat.close())

const rid = /rid: \w{8}-\w{8}-\w{8}$/
const refusal = (errcode: number, errmsg: string) => ({
  errcode,
  errmsg: expect.stringMatching(new RegExp(`^${errmsg} ${rid.source}`)),
})

describe('a phone number', () => {
  const path = '/wxa/business/getuserphonenumber'
  const agree = async (number = {}) =>
    (await wechat.post('/sandbox/phone-codes', { openId, ...number })).code

  it('is given for a code as in the example of the page', async () => {
    const code = await agree({ phoneNumber: '13580006666' })
    expect(code).toMatch(/^[0-9a-f]{64}$/)
    wechat.sandbox.clock.advance(minute)
    expect(await wechat.call(path, { code })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      phone_info: {
        phoneNumber: '13580006666',
        purePhoneNumber: '13580006666',
        countryCode: '86',
        watermark: { timestamp: startMs / 1_000, appid: app.appId },
      },
    })
  })

  it('of another country has its code in front', async () => {
    const code = await agree({ phoneNumber: '61234567', countryCode: '852' })
    expect(await wechat.call(path, { code })).toMatchObject({
      phone_info: {
        phoneNumber: '85261234567',
        purePhoneNumber: '61234567',
        countryCode: '852',
      },
    })
  })

  it('is given once for a code, and for less than five minutes', async () => {
    const [first, good, late] = [await agree(), await agree(), await agree()]
    expect(await wechat.call(path, { code: first })).toMatchObject({ errcode: 0 })
    expect(await wechat.call(path, { code: first })).toEqual(refusal(40029, 'invalid code'))
    wechat.sandbox.clock.advance(5 * minute - 1)
    expect(await wechat.call(path, { code: good })).toMatchObject({ errcode: 0 })
    wechat.sandbox.clock.advance(1)
    expect(await wechat.call(path, { code: late })).toEqual(refusal(40029, 'invalid code'))
  })

  it('is not given for a code of sign-in, which stays good', async () => {
    const { code } = await wechat.post('/sandbox/login-codes', { openId })
    expect(await wechat.call(path, { code })).toMatchObject({ errcode: 40029 })
    expect(await wechat.get('/sns/jscode2session', signInQuery(code))).toMatchObject({
      openid: openId,
    })
  })

  it('is not given without a code, or for a body with more than the code', async () => {
    const code = await agree()
    for (const body of [{}, { code: '' }, { code, openid: openId }]) {
      expect(await wechat.call(path, body)).toEqual(refusal(47001, 'data format error'))
    }
    expect(await wechat.call(path, { code })).toMatchObject({ errcode: 0 })
  })

  it('must be digits', async () => {
    expect(await wechat.post('/sandbox/phone-codes', { openId, phoneNumber: '+86 1' })).toEqual({
      error: expect.stringContaining('/phoneNumber'),
    })
  })
})

describe('a unionid', () => {
  const ask = async (query: Record<string, string>) =>
    wechat.get('/wxa/getpaidunionid', { access_token: await wechat.token(), ...query })
  const order = { transactionId: 'TRANSACTION_ID', mchId: 'MCH_ID', outTradeNo: 'OUT_TRADE_NO' }
  const byTransaction = { openid: openId, transaction_id: order.transactionId }
  const byNumber = { openid: openId, mch_id: order.mchId, out_trade_no: order.outTradeNo }
  const pay = (more = {}) => wechat.post('/sandbox/prepay-ids', { openId, ...order, ...more })

  it.each([
    ['the transaction', byTransaction],
    ['the number of the merchant', byNumber],
  ])('is given for a payment by %s, as in the examples of the page', async (_, query) => {
    expect(await pay()).toEqual({ prepayId: expect.stringMatching(/^wx/), ...order })
    expect(await ask(query)).toEqual({ unionid: unionId, errcode: 0, errmsg: 'ok' })
  })

  it('is given for a payment whose ids the sandbox chose', async () => {
    const paid = await wechat.post('/sandbox/prepay-ids', { openId })
    const other = await wechat.post('/sandbox/prepay-ids', { openId })
    expect(paid).toMatchObject({ transactionId: expect.stringMatching(/^4200\d{24}$/) })
    expect(other.transactionId).not.toBe(paid.transactionId)
    expect(await ask({ openid: openId, transaction_id: paid.transactionId })).toMatchObject({
      unionid: unionId,
    })
  })

  it('is given for less than five minutes after the payment', async () => {
    await pay()
    wechat.sandbox.clock.advance(5 * minute - 1)
    expect(await ask(byTransaction)).toMatchObject({ errcode: 0 })
    wechat.sandbox.clock.advance(1)
    expect(await ask(byTransaction)).toEqual(refusal(89300, 'invalid trade'))
    await pay()
    expect(await ask(byTransaction)).toMatchObject({ errcode: 0 })
  })

  it.each([
    ['an unknown openid', { ...byTransaction, openid: 'oNobody' }, 40003, 'invalid openid'],
    ['no order', { openid: openId }, 40101, 'missing parameter'],
    ['a merchant alone', { ...byNumber, out_trade_no: '' }, 40101, 'missing parameter'],
    ['another transaction', { ...byTransaction, transaction_id: 'X' }, 89300, 'invalid trade'],
    ['another merchant', { ...byNumber, mch_id: 'X' }, 89300, 'invalid trade'],
    ['another order', { ...byNumber, out_trade_no: 'X' }, 89300, 'invalid trade'],
  ])('is refused for %s', async (_, query, errcode, errmsg) => {
    await pay()
    expect(await ask(query)).toEqual(refusal(errcode, errmsg))
  })

  it('is refused for the payment of another user', async () => {
    await wechat.post('/sandbox/users', { openId: 'oYou', unionId: 'another' })
    await pay({ openId: 'oYou' })
    expect(await ask(byTransaction)).toMatchObject({ errcode: 89300 })
  })

  it('is refused while the app is bound to no open-platform account', async () => {
    await wechat.post('/sandbox/users', { openId: 'oYou' })
    await pay({ openId: 'oYou' })
    expect(await ask({ ...byTransaction, openid: 'oYou' })).toEqual(
      refusal(89002, 'open not exists'),
    )
  })

  it('is part of every sign-in, if the user has one', async () => {
    await wechat.post('/sandbox/users', { openId, wechatVersion: '8.0.50' })
    await wechat.post('/sandbox/users', { openId: 'oYou' })
    const keysOf = async (who: string) => {
      const { code } = await wechat.post('/sandbox/login-codes', { openId: who })
      return wechat.get('/sns/jscode2session', signInQuery(code))
    }
    expect(await keysOf(openId)).toMatchObject({ openid: openId, unionid: unionId })
    expect(Object.keys(await keysOf('oYou'))).toEqual(['session_key', 'openid'])
  })
})
