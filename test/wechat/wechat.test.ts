import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createWechatHttp, type WechatHttp } from '../../server/wechat/http.ts'
import { createWechat, type Wechat } from '../../server/wechat/wechat.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import {
  createScriptedServer,
  json,
  reset,
  type ScriptedServer,
} from '../support/scripted-server.ts'

const tokenPath = '/cgi-bin/token'
const sendPath = '/cgi-bin/message/wxopen/template/send'
const ok = json({ errcode: 0, errmsg: 'ok' })
const refuses = (errcode: number) => json({ errcode, errmsg: 'no' })
const message = { openId: 'o1', templateId: 't1', formId: 'f1' }

describe('the platform as an app sees it', () => {
  let server: ScriptedServer
  let http: WechatHttp
  let wechat: Wechat

  beforeEach(async () => {
    server = await createScriptedServer()
    http = createWechatHttp({ base: server.base })
    const app = { appId: 'wx123456', secret: 'hush', edition: '2018' } as const
    wechat = createWechat({ app, http, world: createFakeWorld() })
    let count = 0
    server.on(tokenPath, (response, call) =>
      json({ access_token: `token${++count}`, expires_in: 7200 })(response, call),
    )
  })
  afterEach(async () => {
    wechat.close()
    await server.close()
    await http.close()
  })

  const tokensOfSends = () =>
    server.calls.filter(({ path }) => path === sendPath).map(({ query }) => query.access_token)

  it('sends a template message with every field', async () => {
    server.on(sendPath, ok)
    const data = { keyword1: { value: '粤海喜来登酒店', color: '#173177' } }
    const full = { page: 'index?foo=bar', data, emphasisKeyword: 'keyword1.DATA', color: '#000000' }
    const reply = await wechat.sendTemplate({ ...message, ...full })
    expect(reply).toMatchObject({ result: 'answered', errcode: 0 })
    expect(server.calls.at(-1)).toEqual({
      method: 'POST',
      path: sendPath,
      query: { access_token: 'token1' },
      body: {
        touser: 'o1',
        template_id: 't1',
        form_id: 'f1',
        page: 'index?foo=bar',
        data,
        emphasis_keyword: 'keyword1.DATA',
        color: '#000000',
      },
    })
  })

  it('sends an empty template without the fields that were not given', async () => {
    server.on(sendPath, ok)
    await wechat.sendTemplate(message)
    expect(server.calls.at(-1)?.body).toEqual({ touser: 'o1', template_id: 't1', form_id: 'f1' })
  })

  it('reports the number and the words of a refusal', async () => {
    server.on(sendPath, json({ errcode: 41029, errmsg: 'form id used count reach limit' }))
    const reply = await wechat.sendTemplate(message)
    expect(reply).toMatchObject({ errcode: 41029, errmsg: 'form id used count reach limit' })
    expect(tokensOfSends()).toHaveLength(1)
  })

  it('does not count a reply without an errcode as sent', async () => {
    server.on(sendPath, json({}))
    expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'unknown' })
  })

  it.each([40001, 40014, 42001])(
    'sends once more when the token is refused with %d',
    async (code) => {
      server.on(sendPath, [refuses(code), ok])
      expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'answered', errcode: 0 })
      expect(tokensOfSends()).toEqual(['token1', 'token2'])
    },
  )

  it('stops when a fresh token is refused too, and then makes no token call', async () => {
    server.on(sendPath, refuses(40001))
    const refused = { result: 'no_token', call: 'send', errcode: 40001 }
    expect(await wechat.sendTemplate(message)).toMatchObject(refused)
    expect(tokensOfSends()).toEqual(['token1', 'token2'])
    expect(await wechat.sendTemplate(message)).toMatchObject(refused)
    expect(tokensOfSends()).toEqual(['token1', 'token2', 'token2'])
  })

  it('replaces a token that an operator just fetched and WeChat never accepted', async () => {
    server.on(sendPath, [refuses(42001), ok])
    const first = await wechat.tokens.current()
    await wechat.tokens.refresh(first.ok ? first.accessToken : '')
    expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'answered', errcode: 0 })
    expect(tokensOfSends()).toEqual(['token2', 'token3'])
  })

  it('replaces a token that WeChat accepted before as often as it is refused', async () => {
    server.on(sendPath, [ok, refuses(42001), ok, refuses(42001), ok])
    for (let i = 0; i < 3; i++) {
      expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'answered', errcode: 0 })
    }
    expect(tokensOfSends()).toEqual(['token1', 'token1', 'token2', 'token2', 'token3'])
  })

  it('fetches one token for fifty sends that are refused at once', async () => {
    server.on(sendPath, (response, call) =>
      (call.query.access_token === 'token1' ? refuses(42001) : ok)(response, call),
    )
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => wechat.sendTemplate(message)),
    )
    const failed = replies.filter((reply) => reply.result !== 'answered' || reply.errcode !== 0)
    expect(failed).toEqual([])
    expect(server.calls.filter(({ path }) => path === tokenPath)).toHaveLength(2)
  })

  it('reports not_sent when the token call is busy or unreachable', async () => {
    server.on(sendPath, ok)
    server.on(tokenPath, refuses(-1))
    expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'not_sent' })
    expect(tokensOfSends()).toEqual([])
  })

  it('reports which call was refused when there is no token', async () => {
    server.on(tokenPath, refuses(40125))
    const refused = { result: 'no_token', call: 'token', errcode: 40125 }
    expect(await wechat.sendTemplate(message)).toMatchObject(refused)
  })

  it('reports unknown for a send whose connection broke, and does not repeat it', async () => {
    server.on(sendPath, [reset, ok])
    expect(await wechat.sendTemplate(message)).toMatchObject({ result: 'unknown' })
    expect(tokensOfSends()).toHaveLength(1)
  })

  it('exchanges a login code once, without a token', async () => {
    const session = { openid: 'o1', session_key: 'a2V5', unionid: 'u1' }
    server.on('/sns/jscode2session', [reset, json(session)])
    expect(await wechat.code2Session('c1')).toMatchObject({ result: 'unknown' })
    expect(await wechat.code2Session('c2')).toMatchObject({
      errcode: 0,
      body: { openId: 'o1', sessionKey: 'a2V5', unionId: 'u1' },
    })
    expect(server.calls.map(({ query }) => query)).toEqual(
      ['c1', 'c2'].map((code) => ({
        appid: 'wx123456',
        secret: 'hush',
        js_code: code,
        grant_type: 'authorization_code',
      })),
    )
  })

  it('lists the templates of the account', async () => {
    const row = { template_id: 't1', title: '购买成功通知', content: 'c', example: 'e' }
    server.on('/cgi-bin/wxopen/template/list', json({ errcode: 0, errmsg: 'ok', list: [row] }))
    expect(await wechat.listTemplates({ offset: 0, count: 5 })).toMatchObject({
      body: [{ templateId: 't1', title: '购买成功通知', content: 'c', example: 'e' }],
    })
    expect(server.calls.at(-1)?.body).toEqual({ offset: 0, count: 5 })
  })
})
