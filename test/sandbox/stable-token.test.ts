import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, day, minute, second, start, type Started } from './start.ts'

const path = '/cgi-bin/stable_token'
const body = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

const ask = (force_refresh = false) => wechat.post(path, { ...body, force_refresh })
const tryToken = (token: string) =>
  wechat.post(`/cgi-bin/wxopen/template/list?access_token=${token}`, { offset: 0, count: 1 })

describe('asking for a stable access_token', () => {
  it('gives the same one, and the time that is left of it', async () => {
    const first = await ask()
    wechat.sandbox.clock.advance(10 * minute)
    expect(await ask()).toEqual({ access_token: first.access_token, expires_in: 6600 })
  })

  it('gives a new one five minutes before the end, while the old one lives on', async () => {
    const first = await ask()
    wechat.sandbox.clock.advance(115 * minute - 1)
    expect((await ask()).access_token).toBe(first.access_token)
    wechat.sandbox.clock.advance(1)
    const renewed = await ask()
    expect(renewed).toMatchObject({ expires_in: 7200 })
    expect(renewed.access_token).not.toBe(first.access_token)
    expect(await tryToken(first.access_token)).toMatchObject({ errcode: 0 })
  })

  it('is apart from the other kind of token', async () => {
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

  it('refreshes nothing within 30 seconds of the last time', async () => {
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
