import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day } from '../../server/rules/time.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { receiver } from './receiver.ts'

const [quota, clear, clearV2] = [
  '/cgi-bin/openapi/quota/get',
  '/cgi-bin/clear_quota',
  '/cgi-bin/clear_quota/v2',
]
const send = '/cgi-bin/message/wxopen/template/send'
const ok = { errcode: 0, errmsg: 'ok' }
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
})
afterEach(() => wechat.close())

/** Counts, although it is refused: there is no such user. */
const countedSend = async () => {
  await wechat.post('/sandbox/edition', { edition: '2018' })
  const reply = await wechat.call(send, { touser: 'oNobody' })
  await wechat.post('/sandbox/edition', { edition: '2026' })
  return reply.errcode
}
const sends = async () => (await wechat.call(quota, { cgi_path: send })).quota

describe('the quota of an API', () => {
  it('is told as the example of the page, where the sandbox has no limit', async () => {
    expect(await wechat.call(quota, { cgi_path: '/cgi-bin/message/custom/send' })).toEqual({
      ...ok,
      quota: { daily_limit: 0, used: 0, remain: 0 },
    })
  })

  it('is told by the numbers that refuse its calls with 45009', async () => {
    expect(await sends()).toEqual({ daily_limit: 1_000_000, used: 0, remain: 1_000_000 })
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 2 })
    expect([await countedSend(), await countedSend()]).toEqual([40003, 40003])
    expect(await sends()).toEqual({ daily_limit: 2, used: 2, remain: 0 })
    expect(await countedSend()).toBe(45009)
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 1 })
    expect(await sends()).toEqual({ daily_limit: 1, used: 2, remain: 0 })
    wechat.sandbox.clock.advance(day)
    expect(await sends()).toEqual({ daily_limit: 1, used: 0, remain: 1 })
  })

  it('names how often it may be called', async () => {
    expect(await wechat.call(quota, { cgi_path: '/wxa/getwxacodeunlimit' })).toMatchObject({
      rate_limit: { call_count: 5_000, refresh_second: 60 },
    })
  })

  it.each([
    ['an unknown path', '/wxa/unknown', 76021, 'cgi_path not found, please check'],
    [
      'a path of sign-in',
      '/sns/jscode2session',
      76022,
      'could not use this cgi_path，no permission',
    ],
    ['a path without its slash', 'wxa/getwxacode', 76003, 'could not query this rid,no permission'],
    ['an address', `https://api.weixin.qq.com${send}`, 76003, expect.any(String)],
    ['no path', undefined, 76003, expect.any(String)],
  ])('is refused for %s', async (_, cgi_path, errcode, errmsg) => {
    const refusal = await wechat.call(quota, { cgi_path })
    expect(refusal.errcode).toBe(errcode)
    expect(refusal.errmsg.replace(/ rid: \S+$/, '')).toEqual(errmsg)
  })
})

describe('clearing the quotas', () => {
  const credentials = { appid: app.appId, appsecret: app.secret }

  it.each([
    ['with a token, as the example of the page', () => wechat.call(clear, { appid: app.appId })],
    ['with the AppSecret in the body', () => wechat.post(clearV2, credentials)],
    [
      'with the AppSecret in the query, as some SDKs send it',
      async () => {
        const url = `${wechat.url}${clearV2}?${new URLSearchParams(credentials)}`
        return (await (await fetch(url, { method: 'POST' })).json()) as object
      },
    ],
  ])('%s begins the day anew', async (_, clearDay) => {
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 1 })
    expect([await countedSend(), await countedSend()]).toEqual([40003, 45009])
    expect(await clearDay()).toEqual(ok)
    expect(await countedSend()).toBe(40003)
  })

  it('is possible ten times in a month of Shanghai, in both ways together', async () => {
    for (let times = 0; times < 5; times += 1) {
      expect(await wechat.call(clear, { appid: app.appId })).toEqual(ok)
      expect(await wechat.post(clearV2, credentials)).toEqual(ok)
    }
    const refused = { errcode: 48006, errmsg: expect.stringMatching(/^forbid to clear quota/) }
    expect(await wechat.call(clear, { appid: app.appId })).toEqual(refused)
    expect(await wechat.post(clearV2, credentials)).toEqual(refused)
    const nextMonth = Date.parse('2018-07-01T00:00:00+08:00')
    wechat.sandbox.clock.advance(nextMonth - 1 - wechat.sandbox.clock.now())
    expect(await wechat.post(clearV2, credentials)).toEqual(refused)
    wechat.sandbox.clock.advance(1)
    expect(await wechat.post(clearV2, credentials)).toEqual(ok)
  })

  it.each([
    ['the appid of another app', clear, { appid: 'wx448f04719cd48f69' }, 40013],
    ['no appid', clear, {}, 40013],
    ['an unknown appid', clearV2, { ...credentials, appid: 'wx448f04719cd48f69' }, 40013],
    ['no AppSecret', clearV2, { appid: app.appId }, 41004],
    ['no appid and no AppSecret', clearV2, {}, 41002],
    ['a wrong AppSecret', clearV2, { ...credentials, appsecret: 'none' }, 40125],
  ])('is refused for %s', async (_, path, body, errcode) => {
    expect(await wechat.call(path, body)).toMatchObject({ errcode })
  })
})

describe('the addresses of WeChat’s servers', () => {
  it.each(['/cgi-bin/get_api_domain_ip', '/cgi-bin/getcallbackip'])(
    '%s are those of this machine, without an errcode',
    async (path) => {
      const query = { access_token: await wechat.token() }
      expect(await wechat.get(path, query)).toEqual({ ip_list: ['127.0.0.1', '::1'] })
      expect(await wechat.get(path)).toMatchObject({ errcode: 41001 })
    },
  )

  it('are those that pushes come from', async () => {
    const mine = await receiver()
    const settings = { url: mine.url, token: 'push-token', mode: 'plain', format: 'json' }
    await wechat.post('/sandbox/push-config', settings)
    const { openId } = await wechat.post('/sandbox/users')
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    const query = { access_token: await wechat.token() }
    const { ip_list } = await wechat.get('/cgi-bin/getcallbackip', query)
    expect(ip_list).toContain(mine.received[0]!.from)
    await mine.close()
  })
})
