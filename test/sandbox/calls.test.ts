import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, start, type Started } from './start.ts'

let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

const calls = async (query = {}) => (await wechat.get('/sandbox/calls', query)).calls

describe('the calls that were seen', () => {
  it('are told in order, with what was asked and what was answered', async () => {
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

  it('are those of the API: controls are not among them', async () => {
    await wechat.post('/sandbox/users')
    expect(await calls()).toEqual([])
  })

  it('keep a body that is not JSON as it was', async () => {
    await fetch(`${wechat.url}/cgi-bin/stable_token`, { method: 'POST', body: 'appid=APPID' })
    expect(await calls()).toMatchObject([{ body: 'appid=APPID', reply: { errcode: 47001 } }])
  })

  it('have no status and no reply when the sandbox hung up', async () => {
    await wechat.post('/sandbox/faults', { path: '/cgi-bin/token', hangUp: true })
    await expect(wechat.token()).rejects.toThrow('fetch failed')
    expect(await calls()).toMatchObject([{ path: '/cgi-bin/token', status: null, reply: null }])
  })

  it('can be asked for by app', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await start({ apps: [app, other] })
    await wechat.token()
    const body = { grant_type: 'client_credential', appid: other.appId, secret: other.secret }
    await wechat.post('/cgi-bin/stable_token', body)
    expect(await calls({ appId: other.appId })).toMatchObject([{ path: '/cgi-bin/stable_token' }])
    expect(await calls()).toHaveLength(2)
  })
})
