import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { receiver, type Receiver } from './receiver.ts'

const [openId, templateId] = ['oMe', 'TEMPLATE_ID']
const head = { ToUserName: expect.any(String), FromUserName: openId, MsgType: 'event' }
let wechat: StartedSandbox
let mine: Receiver

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
  mine = await receiver()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(async () => {
  await wechat.close()
  await mine.close()
})

const configure = (format: string) =>
  wechat.post('/sandbox/push-config', { url: mine.url, token: 't', mode: 'plain', format })
const answer = (word: string, where = 'panel') =>
  wechat.post('/sandbox/subscriptions', { openId, templateId, answer: word, where })
const received = () => mine.received.map(({ body }) => JSON.parse(body) as object)

describe('the events of a subscription', () => {
  it.each([['accept'], ['reject']])('report an answer in the panel: %s', async (word) => {
    await configure('json')
    expect(await answer(word)).toMatchObject({ answer: word, push: { accepted: true } })
    expect(received()).toEqual([
      {
        ...head,
        CreateTime: 1527825600,
        Event: 'subscribe_msg_popup_event',
        List: { TemplateId: templateId, SubscribeStatusString: word, PopupScene: '0' },
      },
    ])
  })

  it('report every accepting word as accept', async () => {
    await configure('json')
    await answer('acceptWithAudio')
    expect(received()).toMatchObject([{ List: { SubscribeStatusString: 'accept' } }])
  })

  it('report turning a template off, and no other change of the settings', async () => {
    await configure('json')
    await answer('accept', 'settings')
    await answer('reject', 'settings')
    expect(received()).toMatchObject([
      {
        Event: 'subscribe_msg_change_event',
        List: { TemplateId: templateId, SubscribeStatusString: 'reject' },
      },
    ])
  })

  it('are not raised by what the panel does not offer', async () => {
    await configure('json')
    expect(await answer('ban')).toEqual({ templateId, answer: 'ban' })
    await answer('filter')
    expect(received()).toEqual([])
  })

  it('report a delivered message and no refused one', async () => {
    await answer('accept')
    await configure('json')
    const data = { thing1: { value: 'x' } }
    const body = { touser: openId, template_id: templateId, data }
    const path = '/cgi-bin/message/subscribe/send'
    const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
    const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    // A number, which JSON.parse would round.
    const msgid = /^\{"errcode":0,"errmsg":"ok","msgid":(\d{19})\}$/.exec(await reply.text())?.[1]
    expect(await wechat.call(path, body)).toMatchObject({ errcode: 43101 })
    await mine.until(1)
    expect(received()).toEqual([
      {
        ...head,
        CreateTime: 1527825600,
        Event: 'subscribe_msg_sent_event',
        List: {
          TemplateId: templateId,
          MsgID: msgid,
          ErrorCode: '0',
          ErrorStatus: 'success',
        },
      },
    ])
  })

  it('have an enclosing element in XML', async () => {
    await configure('xml')
    await answer('accept')
    expect(mine.received[0]!.body).toContain(
      '<Event><![CDATA[subscribe_msg_popup_event]]></Event>' +
        '<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[TEMPLATE_ID]]></TemplateId>' +
        '<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString>' +
        '<PopupScene>0</PopupScene></List></SubscribeMsgPopupEvent></xml>',
    )
  })
})
