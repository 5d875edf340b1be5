/** co-wechat-api, as it is published: its one setting is the address. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import WeChatApi from 'co-wechat-api'
import { app, startSandbox, type StartedSandbox } from '../../support/server/start-sandbox.ts'
import { jpeg } from '../pictures.ts'
import { scan } from '../scan.ts'

const openId = 'OPENID'
const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
let wechat: StartedSandbox
let api: WeChatApi

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId })
  api = clientOf(app.secret)
})
afterEach(() => wechat.close())

function clientOf(secret: string): WeChatApi {
  const client = new WeChatApi(app.appId, secret)
  client.prefix = `${wechat.url}/cgi-bin/`
  client.wxaPrefix = `${wechat.url}/wxa/`
  // Its 3 s are short for a picture on a busy machine.
  client.setOpts({ timeout: 30_000 })
  return client
}
const kinds = async () => {
  const { messages } = await wechat.get(`/sandbox/inbox/${openId}`)
  return (messages as { kind: string }[]).map(({ kind }) => kind)
}

describe('co-wechat-api as a client of the sandbox', () => {
  it('takes a token, and renews one that was replaced', async () => {
    const { accessToken } = await api.getAccessToken()
    expect(accessToken.length).toBeGreaterThan(100)
    await wechat.token()
    wechat.sandbox.clock.advance(300_000)
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    expect(await api.sendText(openId, 'Hello World')).toEqual({ errcode: 0, errmsg: 'ok' })
  })

  it('gives up on a wrong secret', async () => {
    await expect(clientOf('wrong').sendText(openId, 'x')).rejects.toMatchObject({ code: 40125 })
    const { calls } = await wechat.get('/sandbox/calls')
    expect(calls).toHaveLength(1)
  })

  it('sends a template message, once for a form', async () => {
    const { formId } = await wechat.post('/sandbox/form-ids', { openId })
    const data = { keyword1: { value: '339208499', color: '#173177' } }
    const send = () =>
      api.sendMiniProgramTemplate(openId, templateId, 'index', formId, data, '', 'keyword1.DATA')
    expect(await send()).toEqual({ errcode: 0, errmsg: 'ok' })
    await expect(send()).rejects.toMatchObject({ code: 41029 })
    expect(await kinds()).toEqual(['template'])
  })

  it('sends a subscribe message', async () => {
    await wechat.post('/sandbox/edition', { edition: '2026' })
    const consented = 'A_TEMPLATE_THAT_THE_USER_AGREED_TO'
    await wechat.post('/sandbox/subscriptions', {
      openId,
      templateId: consented,
      answer: 'accept',
    })
    const data = { thing5: { value: '测试商品' }, date3: { value: '2020年1月1日' } }
    const send = () => api.sendSubscribeMessage(openId, consented, '', data)
    expect(await send()).toMatchObject({ errcode: 0, errmsg: 'ok' })
    await expect(send()).rejects.toMatchObject({ code: 43101 })
  })

  it('uploads an image, sends it in the window, and fetches it', async () => {
    const { media_id } = await api.uploadMedia(jpeg, 'image', '图片.jpg', 'image/jpeg')
    await expect(api.sendImage(openId, media_id)).rejects.toMatchObject({ code: 45015 })
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    expect(await api.sendImage(openId, media_id)).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await api.getMedia(media_id)).toEqual(jpeg)
    expect(await kinds()).toEqual(['customer'])
  })

  it('asks where pushes come from', async () => {
    expect(await api.getIp()).toEqual({ ip_list: ['127.0.0.1', '::1'] })
  })

  it('makes the codes A, B and C, and hears why one is refused', async () => {
    const path = 'index?foo=bar'
    expect(scan(await api.getWXACode(path)).text()).toContain('"kind":"path"')
    expect(scan(await api.getWXACodeUnlimit('foo=bar')).text()).toContain('"scene":"foo=bar"')
    expect(scan(await api.createWXAQRCode(path)).text()).toContain('"kind":"qrcode"')
    await expect(api.getWXACodeUnlimit('foo%3Dbar')).rejects.toMatchObject({ code: 40129 })
  })
})
