import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, start, type Started } from './start.ts'

let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

describe('a reset', () => {
  it('forgets users, tokens, templates, faults and calls, and keeps the time', async () => {
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
  it('is not made without an app', async () => {
    await expect(start({ apps: [] })).rejects.toThrow('give it apps')
  })
})

describe('who follows the edition', () => {
  it('hears of each change, and of the way back by a reset', async () => {
    const heard: unknown[] = []
    const stop = wechat.sandbox.onEdition((edition, appId) => heard.push([edition, appId]))
    await wechat.post('/sandbox/edition', { edition: '2018' })
    expect(await wechat.post('/sandbox/edition', { edition: '2026' })).toEqual({ edition: '2026' })
    await wechat.post('/sandbox/reset')
    stop()
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(heard).toEqual([
      ['2026', app.appId],
      ['2018', app.appId],
    ])
  })

  it("begins with the app's own, else with the sandbox's", async () => {
    await wechat.close()
    wechat = await start({ apps: [{ ...app, edition: '2018' }], edition: '2026' })
    expect(await wechat.get('/cgi-bin/token', { appid: app.appId })).toMatchObject({
      errmsg: 'invalid grant_type',
    })
    await wechat.close()
    wechat = await start({ edition: '2026' })
    expect(await wechat.get('/cgi-bin/token', { appid: app.appId })).toMatchObject({
      errmsg: expect.stringMatching(/^invalid grant_type rid: /),
    })
  })
})
