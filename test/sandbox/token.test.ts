import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, createFixedRandom, minute, start, type Started } from './start.ts'

const path = '/cgi-bin/token'
const list = '/cgi-bin/wxopen/template/list'
const query = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

const tryToken = (token: string) =>
  wechat.post(`${list}?access_token=${token}`, { offset: 0, count: 1 })

describe('asking for an access_token', () => {
  it('gives one, and a number of seconds', async () => {
    const reply = await wechat.get(path, query)
    expect(reply).toEqual({ access_token: expect.any(String), expires_in: 7200 })
  })

  it('gives tokens of up to 512 characters', async () => {
    const random = createFixedRandom()
    await wechat.close()
    // The largest draw for the length, and any bytes for the rest.
    wechat = await start({ random: (n) => (n === 2 ? Buffer.from([1, 99]) : random(n)) })
    expect(await wechat.token()).toMatch(/^[\w-]{512}$/)
  })

  it('gives another one each time, and the old one lives for five minutes more', async () => {
    const [old, current] = [await wechat.token(), await wechat.token()]
    expect(current).not.toBe(old)
    wechat.sandbox.clock.advance(5 * minute - 1)
    expect(await tryToken(old)).toMatchObject({ errcode: 0 })
    wechat.sandbox.clock.advance(1)
    expect(await tryToken(old)).toMatchObject({ errcode: 40001 })
    expect(await tryToken(current)).toMatchObject({ errcode: 0 })
  })

  it.each([
    ['another grant_type', { grant_type: 'authorization_code' }, 40002, 'invalid grant_type'],
    ['no appid', { appid: '' }, 41002, 'appid missing'],
    ['no secret', { secret: '' }, 41004, 'appsecret missing'],
    [
      "an appid that it was not told, in the page's words",
      { appid: 'APPID' },
      40013,
      'invalid appid',
    ],
    ['another secret', { secret: 'APPSECRET' }, 40125, 'invalid appsecret'],
  ])('refuses %s', async (_, change, errcode, errmsg) => {
    expect(await wechat.get(path, { ...query, ...change })).toEqual({ errcode, errmsg })
  })
})

describe('using an access_token', () => {
  it('is asked for at every call', async () => {
    expect(await wechat.post(list, { offset: 0, count: 1 })).toEqual({
      errcode: 41001,
      errmsg: 'access_token missing',
    })
  })

  it('refuses one that it never gave', async () => {
    expect(await tryToken('ACCESS_TOKEN')).toEqual({
      errcode: 40001,
      errmsg: 'invalid credential, access_token is invalid or not latest',
    })
  })

  it('refuses one whose time is over', async () => {
    const token = await wechat.token()
    wechat.sandbox.clock.advance(120 * minute - 1)
    expect(await tryToken(token)).toMatchObject({ errcode: 0 })
    wechat.sandbox.clock.advance(1)
    expect(await tryToken(token)).toEqual({ errcode: 42001, errmsg: 'access_token expired' })
  })

  it('lives as long as a quota says', async () => {
    await wechat.post('/sandbox/quotas', { expiresIn: 60 })
    const { access_token, expires_in } = await wechat.get(path, query)
    expect(expires_in).toBe(60)
    wechat.sandbox.clock.advance(minute)
    expect(await tryToken(access_token)).toMatchObject({ errcode: 42001 })
  })
})
