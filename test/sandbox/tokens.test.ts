import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day, minute, second } from '../../server/rules/time.ts'
import {
  app,
  createFixedRandom,
  startSandbox,
  type StartedSandbox,
} from '../support/server/start-sandbox.ts'

let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

describe('the access_token of /cgi-bin/token', () => {
  const path = '/cgi-bin/token'
  const list = '/cgi-bin/wxopen/template/list'
  const query = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }

  const tryToken = (token: string) =>
    wechat.post(`${list}?access_token=${token}`, { offset: 0, count: 1 })

  describe('asking for an access_token', () => {
    it('returns one and its life in seconds', async () => {
      const reply = await wechat.get(path, query)
      expect(reply).toEqual({ access_token: expect.any(String), expires_in: 7200 })
    })

    it('returns tokens of up to 512 characters', async () => {
      const random = createFixedRandom()
      await wechat.close()
      // The largest draw for the length, and any bytes for the rest.
      wechat = await startSandbox({ random: (n) => (n === 2 ? Buffer.from([1, 99]) : random(n)) })
      expect(await wechat.token()).toMatch(/^[\w-]{512}$/)
    })

    it('returns a new one each time; the previous one stays valid for five minutes', async () => {
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
      ['an unknown appid', { appid: 'APPID' }, 40013, 'invalid appid'],
      ['another secret', { secret: 'APPSECRET' }, 40125, 'invalid appsecret'],
    ])('refuses %s', async (_, change, errcode, errmsg) => {
      expect(await wechat.get(path, { ...query, ...change })).toEqual({ errcode, errmsg })
    })
  })

  describe('using an access_token', () => {
    it('is required at every call', async () => {
      expect(await wechat.post(list, { offset: 0, count: 1 })).toEqual({
        errcode: 41001,
        errmsg: 'access_token missing',
      })
    })

    it('refuses an unknown one', async () => {
      expect(await tryToken('ACCESS_TOKEN')).toEqual({
        errcode: 40001,
        errmsg: 'invalid credential, access_token is invalid or not latest',
      })
    })

    it('refuses an expired one', async () => {
      const token = await wechat.token()
      wechat.sandbox.clock.advance(120 * minute - 1)
      expect(await tryToken(token)).toMatchObject({ errcode: 0 })
      wechat.sandbox.clock.advance(1)
      expect(await tryToken(token)).toEqual({ errcode: 42001, errmsg: 'access_token expired' })
    })

    it('expires as the quota says', async () => {
      await wechat.post('/sandbox/quotas', { expiresIn: 60 })
      const { access_token, expires_in } = await wechat.get(path, query)
      expect(expires_in).toBe(60)
      wechat.sandbox.clock.advance(minute)
      expect(await tryToken(access_token)).toMatchObject({ errcode: 42001 })
    })
  })
})

describe('the stable access_token', () => {
  const path = '/cgi-bin/stable_token'
  const body = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }

  const ask = (force_refresh = false) => wechat.post(path, { ...body, force_refresh })
  const tryToken = (token: string) =>
    wechat.post(`/cgi-bin/wxopen/template/list?access_token=${token}`, { offset: 0, count: 1 })

  describe('asking for a stable access_token', () => {
    it('returns the same one and the time that is left', async () => {
      const first = await ask()
      wechat.sandbox.clock.advance(10 * minute)
      expect(await ask()).toEqual({ access_token: first.access_token, expires_in: 6600 })
    })

    it('returns a new one five minutes before the end, and the old one stays valid', async () => {
      const first = await ask()
      wechat.sandbox.clock.advance(115 * minute - 1)
      expect((await ask()).access_token).toBe(first.access_token)
      wechat.sandbox.clock.advance(1)
      const renewed = await ask()
      expect(renewed).toMatchObject({ expires_in: 7200 })
      expect(renewed.access_token).not.toBe(first.access_token)
      expect(await tryToken(first.access_token)).toMatchObject({ errcode: 0 })
    })

    it('is independent of the other kind of token', async () => {
      const { access_token } = await ask()
      await wechat.token()
      wechat.sandbox.clock.advance(10 * minute)
      expect(await tryToken(access_token)).toMatchObject({ errcode: 0 })
    })

    it.each([
      ['another grant_type', { grant_type: 'x' }, 40002],
      ['no appid', { appid: undefined }, 41002],
      ['no secret', { secret: null }, 41004],
      ['another appid', { appid: 'APPID' }, 40013],
      ['another secret', { secret: 'APPSECRET' }, 40125],
    ])('refuses %s', async (_, change, errcode) => {
      expect(await wechat.post(path, { ...body, ...change })).toMatchObject({ errcode })
    })
  })

  describe('forcing a new stable access_token', () => {
    it('ends the old one at once', async () => {
      const first = await ask()
      const forced = await ask(true)
      expect(await tryToken(first.access_token)).toMatchObject({ errcode: 40001 })
      expect(await tryToken(forced.access_token)).toMatchObject({ errcode: 0 })
      expect((await ask()).access_token).toBe(forced.access_token)
    })

    it('refreshes nothing within 30 seconds of the previous time', async () => {
      const forced = await ask(true)
      wechat.sandbox.clock.advance(30 * second - 1)
      expect((await ask(true)).access_token).toBe(forced.access_token)
      wechat.sandbox.clock.advance(1)
      expect((await ask(true)).access_token).not.toBe(forced.access_token)
    })

    it('is allowed twenty times a day', async () => {
      for (let times = 0; times < 20; times += 1) {
        expect(await ask(true)).toMatchObject({ expires_in: 7200 })
        wechat.sandbox.clock.advance(30 * second)
      }
      expect(await ask(true)).toMatchObject({ errcode: 45009 })
      expect(await ask()).toMatchObject({ access_token: expect.any(String) })
      wechat.sandbox.clock.advance(day)
      expect(await ask(true)).toMatchObject({ expires_in: 7200 })
    })
  })
})
