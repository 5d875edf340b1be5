import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

const ask = async (method: string, path: string, body?: string) => {
  const reply = await fetch(wechat.url + path, { method, ...(body === undefined ? {} : { body }) })
  return [reply.status, ((await reply.json()) as { error?: string }).error]
}

describe('a control', () => {
  it('adds users and leaves existing ones unchanged', async () => {
    const { openId } = await wechat.post('/sandbox/users')
    expect(openId).toMatch(/^o[\w-]{27}$/)
    await wechat.post('/sandbox/form-ids', { openId, formId: 'kept' })
    expect(await wechat.post('/sandbox/users', { openId })).toEqual({ openId })
    expect(await wechat.get(`/sandbox/inbox/${openId}`)).toEqual({ messages: [] })
  })

  it('that does not exist is 404, and the error lists the existing ones', async () => {
    expect(await ask('POST', '/sandbox/nothing')).toEqual([
      404,
      expect.stringContaining('POST /sandbox/users'),
    ])
    expect(await ask('GET', '/sandbox')).toEqual([404, expect.stringContaining('There are')])
    expect(await ask('GET', '/sandbox/users')).toEqual([404, expect.stringContaining('POST')])
  })

  it.each([
    ['login-codes', {}],
    ['phone-codes', {}],
    ['form-ids', {}],
    ['prepay-ids', {}],
    ['share-info', { group: 'family' }],
  ])('%s requires an existing user', async (name, more) => {
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

  it('refuses a query with anything but appId, as it would change nothing', async () => {
    expect(await wechat.get('/sandbox/calls', { appid: app.appId })).toEqual({
      error: 'The query takes appId, and no appid.',
    })
  })

  it('refuses the inbox of an unknown user', async () => {
    expect(await ask('GET', '/sandbox/inbox/oNobody')).toEqual([404, expect.any(String)])
  })

  it.each([
    ['users', '{"openId":4}', '/openId must be string'],
    [
      'users',
      '{"openID":"x"}',
      '/openID is no field. This takes: openId, wechatVersion, unionId, appId.',
    ],
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

  it('advances the clock that was passed in and returns the time', async () => {
    expect(await wechat.post('/sandbox/clock', { advanceMs: 1_500 })).toEqual({
      now: '2018-06-01T04:00:01.500Z',
    })
    expect(wechat.sandbox.clock.now()).toBe(Date.parse('2018-06-01T04:00:01.500Z'))
  })

  it('returns the quotas in force', async () => {
    expect(await wechat.post('/sandbox/quotas')).toEqual({
      templateSendsPerDay: 1_000_000,
      codes: 100_000,
      codesPerMinute: 5_000,
      linksPerDay: 500_000,
      linksPerSecond: 100,
      shortLinksPerDay: 10_000_000,
      permanentShortLinks: 100_000,
      textChecksPerDay: 2_000_000,
      textChecksPerMinute: 4_000,
      mediaChecksPerDay: 200_000,
      mediaChecksPerMinute: 2_000,
      callsPerMinute: null,
      expiresIn: 7200,
    })
  })

  it('lists templates with the names of their keywords and the keys of a message', async () => {
    await wechat.post('/sandbox/templates', {
      templateId: 'added',
      channel: 'subscribe',
      title: '取餐提醒',
      keywords: ['物品名称', { name: '金额', example: '128元', key: 'amount2' }],
    })
    expect(await wechat.get('/sandbox/templates')).toMatchObject({
      templates: [
        { channel: 'template', keywords: [{ key: 'keyword1' }, { name: '购买时间' }, {}] },
        {
          templateId: 'added',
          channel: 'subscribe',
          title: '取餐提醒',
          keywords: [
            { key: 'thing1', name: '物品名称' },
            { key: 'amount2', name: '金额' },
          ],
        },
      ],
    })
  })

  it('requires the appId when several apps are served', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await startSandbox({ apps: [app, other] })
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

const calls = async (query = {}) => (await wechat.get('/sandbox/calls', query)).calls

describe('the list of calls', () => {
  it('holds request and reply of each call, in order', async () => {
    const token = await wechat.token()
    const path = '/cgi-bin/wxopen/template/list'
    const reply = await wechat.post(`${path}?access_token=${token}`, { offset: 1, count: 1 })
    const at = '2018-06-01T04:00:00.000Z'
    expect(await calls()).toEqual([
      {
        at,
        method: 'GET',
        path: '/cgi-bin/token',
        query: { grant_type: 'client_credential', appid: app.appId, secret: app.secret },
        body: null,
        status: 200,
        reply: { access_token: token, expires_in: 7200 },
      },
      {
        at,
        method: 'POST',
        path,
        query: { access_token: token },
        body: { offset: 1, count: 1 },
        status: 200,
        reply,
      },
    ])
  })

  it('holds API calls and no controls', async () => {
    await wechat.post('/sandbox/users')
    expect(await calls()).toEqual([])
  })

  it('holds a body that is not JSON as text', async () => {
    await fetch(`${wechat.url}/cgi-bin/stable_token`, { method: 'POST', body: 'appid=APPID' })
    expect(await calls()).toMatchObject([{ body: 'appid=APPID', reply: { errcode: 47001 } }])
  })

  it('holds neither status nor reply when the sandbox hung up', async () => {
    await wechat.post('/sandbox/faults', { path: '/cgi-bin/token', hangUp: true })
    await expect(wechat.token()).rejects.toThrow('fetch failed')
    expect(await calls()).toMatchObject([{ path: '/cgi-bin/token', status: null, reply: null }])
  })

  it('can be limited to one app', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await startSandbox({ apps: [app, other] })
    await wechat.token()
    const body = { grant_type: 'client_credential', appid: other.appId, secret: other.secret }
    await wechat.post('/cgi-bin/stable_token', body)
    expect(await calls({ appId: other.appId })).toMatchObject([{ path: '/cgi-bin/stable_token' }])
    expect(await calls()).toHaveLength(2)
  })
})

describe('a reset', () => {
  it('deletes users, tokens, templates, faults and calls, and keeps the time', async () => {
    const token = await wechat.token()
    await wechat.post('/sandbox/users', { openId: 'oMe' })
    await wechat.post('/sandbox/templates', { templateId: 'mine' })
    await wechat.post('/sandbox/faults', { path: '/cgi-bin/token', times: 9, errcode: -1 })
    await wechat.post('/sandbox/clock', { advanceMs: 1_000 })

    expect(await wechat.post('/sandbox/reset')).toEqual({ now: '2018-06-01T04:00:01.000Z' })

    expect(await wechat.get('/sandbox/calls')).toEqual({ calls: [] })
    const list = '/cgi-bin/wxopen/template/list'
    expect(await wechat.post(`${list}?access_token=${token}`, {})).toMatchObject({ errcode: 40001 })
    expect((await wechat.call(list, { offset: 0, count: 9 })).list).toHaveLength(1)
    expect(await wechat.get('/sandbox/inbox/oMe')).toMatchObject({ error: expect.any(String) })
  })
})

describe('a sandbox', () => {
  it('requires an app', async () => {
    await expect(startSandbox({ apps: [] })).rejects.toThrow('give it apps')
    const twice = [app, { ...app, secret: 'another' }]
    await expect(startSandbox({ apps: twice })).rejects.toThrow('the same appid')
  })
})
