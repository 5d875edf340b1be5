import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { endpoints } from '../../server/sandbox/api/endpoints.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

/** An endpoint that is in neither list is in both editions. */
const only2018 = [
  '/cgi-bin/message/wxopen/template/send',
  '/cgi-bin/message/wxopen/template/uniform_send',
  '/cgi-bin/wxopen/template/library/list',
  '/cgi-bin/wxopen/template/library/get',
  '/cgi-bin/wxopen/template/add',
  '/cgi-bin/wxopen/template/list',
  '/cgi-bin/wxopen/template/del',
]
const only2026 = [
  '/wxa/generate_urllink',
  '/wxa/generatescheme',
  '/wxa/genwxashortlink',
  '/cgi-bin/openapi/quota/get',
  '/cgi-bin/get_api_domain_ip',
  '/cgi-bin/message/custom/business/typing',
  '/cgi-bin/message/subscribe/send',
  '/wxa/business/getuserphonenumber',
  '/wxaapi/newtmpl/getcategory',
  '/wxaapi/newtmpl/getpubtemplatetitles',
  '/wxaapi/newtmpl/getpubtemplatekeywords',
  '/wxaapi/newtmpl/addtemplate',
  '/wxaapi/newtmpl/gettemplate',
  '/wxaapi/newtmpl/deltemplate',
]
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

/** Sends a valid token and an empty body: the refusal shows whether the endpoint exists. */
const exists = async (path: string) => {
  const { method, needs } = endpoints.find((each) => each.path === path)!
  const token = needs === 'token' ? `?access_token=${await wechat.token()}` : ''
  const body = method === 'POST' ? { body: '{}' } : {}
  const reply = await fetch(wechat.url + path + token, { method, ...body })
  expect(reply.status).toBe(200)
  const { errcode, errmsg } = (await reply.json()) as { errcode?: number; errmsg?: string }
  if (errcode === 45103 || errcode === 45109) return 'no longer'
  return errcode === 40066 && errmsg?.includes('it came with the edition') ? 'not yet' : 'yes'
}
const paths = endpoints.map(({ path }) => path)

describe('an endpoint', () => {
  it.each(paths)('%s exists in its editions and in no other', async (path) => {
    expect(await exists(path)).toBe(only2026.includes(path) ? 'not yet' : 'yes')
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(await exists(path)).toBe(only2018.includes(path) ? 'no longer' : 'yes')
  })

  it('is checked after the token and before the fields of the call', async () => {
    await wechat.post('/sandbox/edition', { edition: '2026' })
    const path = '/cgi-bin/message/wxopen/template/send'
    expect(await wechat.post(`${path}?access_token=x`)).toMatchObject({ errcode: 40001 })
    expect(await wechat.call(path, { touser: 'oNobody' })).toMatchObject({ errcode: 45103 })
  })
})

describe('the edition', () => {
  it('is announced on each change, also when a reset restores it', async () => {
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

  it("is the app's own at the start, else the sandbox's", async () => {
    await wechat.close()
    wechat = await startSandbox({ apps: [{ ...app, edition: '2018' }], edition: '2026' })
    expect(await wechat.get('/cgi-bin/token', { appid: app.appId })).toMatchObject({
      errmsg: 'invalid grant_type',
    })
    await wechat.close()
    wechat = await startSandbox({ edition: '2026' })
    expect(await wechat.get('/cgi-bin/token', { appid: app.appId })).toMatchObject({
      errmsg: expect.stringMatching(/^invalid grant_type rid: /),
    })
  })
})
