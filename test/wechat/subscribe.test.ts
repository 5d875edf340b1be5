import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { json } from '../support/scripted-server.ts'
import { ok, startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

describe('a subscribe message', () => {
  let platform: StartedWechat
  beforeEach(async () => void (platform = await startWechat('2026')))
  afterEach(() => platform.close())

  const path = '/cgi-bin/message/subscribe/send'
  const data = { number01: { value: '339208499' }, date01: { value: '2015年01月05日' } }

  it('is sent with every field', async () => {
    platform.server.on(path, ok)
    const reply = await platform.wechat.sendSubscribe({
      openId: 'OPENID',
      templateId: 'TEMPLATE_ID',
      page: 'index?foo=bar',
      data,
      miniprogramState: 'developer',
      lang: 'zh_CN',
    })
    expect(reply).toMatchObject({ result: 'answered', errcode: 0 })
    expect(platform.lastCall()).toMatchObject({
      method: 'POST',
      body: {
        touser: 'OPENID',
        template_id: 'TEMPLATE_ID',
        page: 'index?foo=bar',
        data,
        miniprogram_state: 'developer',
        lang: 'zh_CN',
      },
    })
  })

  it('leaves out the fields that were not given', async () => {
    platform.server.on(path, ok)
    await platform.wechat.sendSubscribe({ openId: 'o', templateId: 't', data })
    expect(platform.lastCall()?.body).toEqual({ touser: 'o', template_id: 't', data })
  })

  it('reports the words of a refusal, which name the field', async () => {
    const words = { errcode: 47003, errmsg: 'argument invalid! data.thing1.value invalid' }
    platform.server.on(path, json(words))
    const reply = await platform.wechat.sendSubscribe({ openId: 'o', templateId: 't', data })
    expect(reply).toMatchObject(words)
  })
})
