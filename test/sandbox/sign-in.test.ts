import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { minute } from '../../server/rules/time.ts'
import {
  app,
  signInQuery,
  startSandbox,
  type StartedSandbox,
} from '../support/server/start-sandbox.ts'

const path = '/sns/jscode2session'
const openId = 'oGZUI0egBJY1zhBYw2KhdUfwVJJE'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const newCode = async () => (await wechat.post('/sandbox/login-codes', { openId })).code

describe('signing in', () => {
  it('gives the openid and a session_key of 16 bytes, and no errcode', async () => {
    const reply = await wechat.get(path, signInQuery(await newCode()))
    expect(Object.keys(reply)).toEqual(['session_key', 'openid'])
    expect(reply.openid).toBe(openId)
    expect(Buffer.from(reply.session_key, 'base64')).toHaveLength(16)
  })

  it('answers JSON as text/plain, refused or not', async () => {
    for (const query of [{}, signInQuery('nonsense')]) {
      const reply = await fetch(`${wechat.url}/sns/jscode2session?${new URLSearchParams(query)}`)
      expect(reply.headers.get('content-type')).toBe('text/plain')
      expect(await reply.json()).toMatchObject({ errcode: expect.any(Number) })
    }
  })

  it('makes a new session_key each time', async () => {
    expect(await wechat.signIn(openId)).not.toBe(await wechat.signIn(openId))
  })

  it('accepts a code once', async () => {
    const code = await newCode()
    await wechat.get(path, signInQuery(code))
    expect(await wechat.get(path, signInQuery(code))).toEqual({
      errcode: 40163,
      errmsg: 'code been used',
    })
  })

  it('accepts a code for less than five minutes', async () => {
    const [good, late] = [await newCode(), await newCode()]
    wechat.sandbox.clock.advance(5 * minute - 1)
    expect(await wechat.get(path, signInQuery(good))).toMatchObject({ openid: openId })
    wechat.sandbox.clock.advance(1)
    expect(await wechat.get(path, signInQuery(late))).toEqual({
      errcode: 40029,
      errmsg: 'invalid code',
    })
  })

  it.each([
    ['an unknown code', { js_code: 'CODE' }, 40029],
    ['no code', { js_code: '' }, 41008],
    ['another appid', { appid: 'wx4f4bc4dec97d474b' }, 40013],
    ['no appid', { appid: '' }, 41002],
    ['another secret', { secret: 'SECRET' }, 40125],
    ['no secret', { secret: '' }, 41004],
    ['another grant_type', { grant_type: 'client_credential' }, 40002],
  ])('refuses %s', async (_, change, errcode) => {
    const query = { ...signInQuery(await newCode()), ...change }
    expect(await wechat.get(path, query)).toMatchObject({ errcode })
  })

  it('leaves a code unused when the secret was wrong', async () => {
    const query = signInQuery(await newCode())
    await wechat.get(path, { ...query, secret: 'SECRET' })
    expect(await wechat.get(path, query)).toMatchObject({ openid: openId })
  })
})

describe('checking a session', () => {
  const check = async (sessionKey: string, more: Record<string, string> = {}) =>
    wechat.get('/wxa/checksession', {
      access_token: await wechat.token(),
      openid: openId,
      signature: createHmac('sha256', sessionKey).update('').digest('hex'),
      sig_method: 'hmac_sha256',
      ...more,
    })

  it('accepts the current session_key', async () => {
    expect(await check(await wechat.signIn(openId))).toEqual({ errcode: 0, errmsg: 'ok' })
  })

  it('refuses an earlier session_key', async () => {
    const earlier = await wechat.signIn(openId)
    await wechat.signIn(openId)
    expect(await check(earlier)).toMatchObject({ errcode: 87009 })
  })

  it('refuses an unknown user, and a user who never signed in', async () => {
    expect(await check('', { openid: 'OPENID' })).toMatchObject({ errcode: 40003 })
    expect(await check(app.secret)).toMatchObject({ errcode: 87009 })
  })
})
