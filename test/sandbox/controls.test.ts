import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, start, type Started } from './start.ts'

let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

const ask = async (method: string, path: string, body?: string) => {
  const reply = await fetch(wechat.url + path, { method, ...(body === undefined ? {} : { body }) })
  return [reply.status, ((await reply.json()) as { error?: string }).error]
}

describe('a control', () => {
  it('makes users, and finds them again', async () => {
    const { openId } = await wechat.post('/sandbox/users')
    expect(openId).toMatch(/^o[\w-]{27}$/)
    await wechat.post('/sandbox/form-ids', { openId, formId: 'kept' })
    expect(await wechat.post('/sandbox/users', { openId })).toEqual({ openId })
    expect(await wechat.get(`/sandbox/inbox/${openId}`)).toEqual({ messages: [] })
  })

  it('that does not exist is 404 and names those that do', async () => {
    expect(await ask('POST', '/sandbox/nothing')).toEqual([
      404,
      expect.stringContaining('POST /sandbox/users'),
    ])
    expect(await ask('GET', '/sandbox')).toEqual([404, expect.stringContaining('There are')])
    expect(await ask('GET', '/sandbox/users')).toEqual([404, expect.stringContaining('POST')])
  })

  it.each([
    ['login-codes', {}],
    ['form-ids', {}],
    ['prepay-ids', {}],
    ['share-info', { group: 'family' }],
  ])('%s asks for a user that exists', async (name, more) => {
    const body = JSON.stringify({ openId: 'oNobody', ...more })
    expect(await ask('POST', `/sandbox/${name}`, body)).toEqual([
      404,
      expect.stringContaining('POST /sandbox/users'),
    ])
    expect(await ask('POST', `/sandbox/${name}`, JSON.stringify(more))).toEqual([
      400,
      expect.stringContaining('openId'),
    ])
  })

  it('tells of the inbox of a user that exists', async () => {
    expect(await ask('GET', '/sandbox/inbox/oNobody')).toEqual([404, expect.any(String)])
  })

  it.each([
    ['users', '{"openId":4}', '/openId must be string'],
    ['users', '{"openID":"x"}', '/openID is no field. This takes: openId, appId.'],
    ['users', '[]', 'not a JSON object'],
    ['users', '{', 'not a JSON object'],
    ['quotas', '{"expiresIn":0}', '/expiresIn'],
    ['edition', '{"edition":"2020"}', '2018,2026'],
    ['clock', '{"advanceMs":-1}', '/advanceMs'],
    ['clock', '{}', 'advanceMs'],
  ])('%s refuses %s', async (name, body, hint) => {
    expect(await ask('POST', `/sandbox/${name}`, body)).toEqual([
      400,
      expect.stringContaining(hint),
    ])
  })

  it('moves the clock that was passed in, and tells the time', async () => {
    expect(await wechat.post('/sandbox/clock', { advanceMs: 1_500 })).toEqual({
      now: '2018-06-01T04:00:01.500Z',
    })
    expect(wechat.sandbox.clock.now()).toBe(Date.parse('2018-06-01T04:00:01.500Z'))
  })

  it('tells the quotas that hold', async () => {
    expect(await wechat.post('/sandbox/quotas')).toEqual({
      templateSendsPerDay: 1_000_000,
      codes: 100_000,
      codesPerMinute: 5_000,
      expiresIn: 7200,
    })
  })

  it('needs the appId once several apps are served', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await start({ apps: [app, other] })
    expect(await ask('POST', '/sandbox/users', '{}')).toEqual([
      400,
      expect.stringContaining(`${app.appId}, ${other.appId}`),
    ])
    expect(await ask('POST', '/sandbox/users', '{"appId":"wx4f4bc4dec97d474b"}')).toEqual([
      404,
      expect.stringContaining(other.appId),
    ])
    await wechat.post('/sandbox/users', { appId: other.appId, openId: 'oMe' })
    expect(await ask('GET', `/sandbox/inbox/oMe?appId=${app.appId}`)).toEqual([
      404,
      expect.any(String),
    ])
    expect(await ask('GET', `/sandbox/inbox/oMe?appId=${other.appId}`)).toEqual([200, undefined])
  })
})
