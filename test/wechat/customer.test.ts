import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { json } from '../support/scripted-server.ts'
import { appId, ok, startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

const path = '/cgi-bin/message/custom/send'

describe('a customer-service message', () => {
  let platform: StartedWechat
  beforeEach(async () => {
    platform = await startWechat()
    platform.server.on(path, ok)
  })
  afterEach(() => platform.close())

  it('carries a text', async () => {
    const text = { content: 'Hello World' }
    const reply = await platform.wechat.sendCustomer({ openId: 'OPENID', msgtype: 'text', text })
    expect(reply).toMatchObject({ result: 'answered', errcode: 0 })
    expect(platform.lastCall()).toMatchObject({
      method: 'POST',
      query: { access_token: 'token1' },
      body: { touser: 'OPENID', msgtype: 'text', text },
    })
  })

  it('carries an image', async () => {
    const image = { media_id: 'MEDIA_ID' }
    await platform.wechat.sendCustomer({ openId: 'OPENID', msgtype: 'image', image })
    expect(platform.lastCall()?.body).toEqual({ touser: 'OPENID', msgtype: 'image', image })
  })

  it('carries a link with its picture as thumb_url', async () => {
    const link = {
      title: 'Happy Day',
      description: 'Is Really A Happy Day',
      url: 'URL',
      thumb_url: 'THUMB_URL',
    }
    await platform.wechat.sendCustomer({ openId: 'OPENID', msgtype: 'link', link })
    expect(platform.lastCall()?.body).toEqual({ touser: 'OPENID', msgtype: 'link', link })
  })

  it('carries a card, with the appid in edition 2026 only', async () => {
    const card = { title: 'title', pagepath: 'pagepath', thumb_media_id: 'thumb_media_id' }
    const message = { openId: 'OPENID', msgtype: 'miniprogrampage', miniprogrampage: card } as const
    const sent = { touser: 'OPENID', msgtype: 'miniprogrampage' }

    await platform.wechat.sendCustomer(message)
    expect(platform.lastCall()?.body).toEqual({ ...sent, miniprogrampage: card })

    platform.setEdition('2026')
    await platform.wechat.sendCustomer(message)
    const withApp = { ...card, appid: appId }
    expect(platform.lastCall()?.body).toEqual({ ...sent, miniprogrampage: withApp })
  })

  it.each([40003, 45015, 45047, 48001])('reports the refusal %d', async (errcode) => {
    platform.server.on(path, json({ errcode, errmsg: 'no' }))
    const text = { content: 'Hello World' }
    const reply = await platform.wechat.sendCustomer({ openId: 'OPENID', msgtype: 'text', text })
    expect(reply).toMatchObject({ result: 'answered', errcode, errmsg: 'no' })
  })

  it('does not count as sent when the reply has no errcode', async () => {
    platform.server.on(path, json({}))
    const text = { content: 'Hello World' }
    const reply = await platform.wechat.sendCustomer({ openId: 'OPENID', msgtype: 'text', text })
    expect(reply.result).toBe('unknown')
  })
})

describe('the typing state', () => {
  let platform: StartedWechat
  beforeEach(async () => void (platform = await startWechat()))
  afterEach(() => platform.close())

  it.each([
    ['2018', '/cgi-bin/message/custom/typing'],
    ['2026', '/cgi-bin/message/custom/business/typing'],
  ] as const)('is set and taken back in edition %s', async (edition, typingPath) => {
    platform.setEdition(edition)
    platform.server.on(typingPath, ok)
    await platform.wechat.setTyping({ openId: 'OPENID', typing: true })
    expect(platform.lastCall()?.body).toEqual({ touser: 'OPENID', command: 'Typing' })
    await platform.wechat.setTyping({ openId: 'OPENID', typing: false })
    expect(platform.lastCall()).toMatchObject({
      method: 'POST',
      path: typingPath,
      body: { touser: 'OPENID', command: 'CancelTyping' },
    })
  })
})
