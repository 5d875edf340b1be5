/** co-wechat, as it is published: a receiver of pushes in XML. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import receiver from 'co-wechat'
import Koa from 'koa'
import { app, startSandbox, type StartedSandbox } from '../../support/server/start-sandbox.ts'

const [token, aesKey] = ['push-token', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG']
const openId = 'oMe'
let wechat: StartedSandbox
let server: Server
let heard: Record<string, unknown>[]
let answer: unknown

beforeEach(async () => {
  heard = []
  answer = ''
  const config = { token, appid: app.appId, encodingAESKey: aesKey }
  const koa = new Koa()
  koa.use(
    receiver(config).middleware(async (message) => {
      heard.push(message)
      return answer
    }),
  )
  server = createServer(koa.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  wechat = await startSandbox({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId })
})
afterEach(async () => {
  await wechat.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const configure = (mode: string, key = token) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const settings = { appId: app.appId, url, token: key, aesKey, mode, format: 'xml' }
  return wechat.post('/sandbox/push-config', settings)
}
const push = (act: object) => wechat.post('/sandbox/pushes', { openId, ...act })

describe.each(['plain', 'compatible', 'safe'])('co-wechat, pushed to in %s mode', (mode) => {
  it('passes the address check and hears a text', async () => {
    expect(await configure(mode)).toEqual({ verified: true })
    const pushed = await push({ msgtype: 'text', content: '你好 ]]> <xml>' })
    expect(pushed).toMatchObject({ accepted: true, attempts: 1, body: '' })
    expect(heard).toMatchObject([
      { FromUserName: openId, MsgType: 'text', Content: '你好 ]]> <xml>' },
    ])
    expect(heard[0]!['MsgId']).toMatch(/^\d{19}$/)
  })

  it('hears the user enter, and the events of a subscription', async () => {
    await configure(mode)
    await push({ msgtype: 'event', event: 'user_enter_tempsession', sessionFrom: 'order' })
    const consent = { openId, templateId: 'TEMPLATE_ID', answer: 'accept' }
    await wechat.post('/sandbox/subscriptions', consent)
    expect(heard).toMatchObject([
      { Event: 'user_enter_tempsession', SessionFrom: 'order' },
      {
        Event: 'subscribe_msg_popup_event',
        SubscribeMsgPopupEvent: { List: { TemplateId: 'TEMPLATE_ID' } },
      },
    ])
  })

  it('hands the user over, and the sandbox reads the reply', async () => {
    await configure(mode)
    answer = { type: 'customerService' }
    const { accepted, reply } = await push({ msgtype: 'text' })
    expect(accepted).toBe(true)
    expect(reply).toContain('<MsgType><![CDATA[transfer_customer_service]]></MsgType>')
  })

  it('refuses another token', async () => {
    expect(await configure(mode, 'other')).toMatchObject({ verified: false })
    expect(await push({ msgtype: 'text' })).toMatchObject({ accepted: false, status: 401 })
    expect(heard).toEqual([])
  })
})
