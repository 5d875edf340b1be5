import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { hour, minute } from '../../server/rules/time.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { receiver, type Receiver } from './receiver.ts'

const openId = 'OPENID'
const traceId = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/)
/** The test texts of the page of version 1. */
const testTexts = [
  '特3456书yuuo莞6543李zxcz蒜7782法fgnv级',
  '完2347全dfji试3726测asad感3847知qwez到',
]
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const judge = (judgement: object) => wechat.post('/sandbox/content-judgements', judgement)
const refusal = (errcode: number, errmsg: string) => ({
  errcode,
  errmsg: expect.stringMatching(new RegExp(`^${errmsg} rid: \\S+$`)),
})
const ok = { errcode: 0, errmsg: 'ok' }

/** The acts by which a test learns whether a user has been in the mini-program. */
const visits = [
  ['users', {}],
  ['login-codes', {}],
  ['form-ids', {}],
  ['prepay-ids', {}],
  ['phone-codes', {}],
  ['subscriptions', { templateId: 'TEMPLATE_ID', answer: 'accept' }],
] as const

describe('version 1 of the check of texts', () => {
  const check = (content: unknown) => wechat.call('/wxa/msg_sec_check', { content })

  it('passes the example of the page and finds its test texts', async () => {
    expect(await check('hello world!')).toEqual(ok)
    for (const text of testTexts) {
      expect(await check(text)).toEqual(refusal(87014, 'risky content'))
    }
  })

  it('is that of 2018, whatever version a call names', async () => {
    await wechat.post('/sandbox/edition', { edition: '2018' })
    const body = { content: testTexts[0], version: 2, scene: 2, openid: openId }
    expect(await wechat.call('/wxa/msg_sec_check', body)).toEqual({
      errcode: 87014,
      errmsg: 'risky content',
    })
  })

  it('finds what the control judged, anywhere in a text', async () => {
    await judge({ text: '加微信' })
    await judge({ text: '代购', suggest: 'review' })
    await judge({ text: testTexts[0], suggest: 'pass' })
    expect(await check('请加微信领红包')).toMatchObject({ errcode: 87014 })
    expect(await check('海外代购')).toMatchObject({ errcode: 87014 })
    expect(await check(testTexts[0])).toEqual(ok)
  })

  it('takes texts of up to 500 KB, and none without content', async () => {
    expect(await check('字'.repeat((500 * 1024) / 3))).toEqual(ok)
    expect(await check('字'.repeat((500 * 1024) / 3 + 1))).toEqual(
      refusal(45002, 'content size out of limit'),
    )
    for (const nothing of [undefined, '', null, {}]) {
      expect(await check(nothing)).toEqual(refusal(47001, 'data format error'))
    }
  })
})

describe('version 2 of the check of texts', () => {
  const example = { openid: openId, scene: 1, version: 2, content: 'hello world!' }
  const check = (change: object = {}) =>
    wechat.call('/wxa/msg_sec_check', { ...example, ...change })

  it('passes the example of the page', async () => {
    expect(await check()).toEqual({
      ...ok,
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 },
        { strategy: 'keyword', errcode: 0 },
      ],
      trace_id: traceId,
      result: { suggest: 'pass', label: 100 },
    })
  })

  it('names what it finds as the example reply of the page does, the worst first', async () => {
    expect(await judge({ text: '命中的关键词1', suggest: 'review', label: 10001 })).toEqual({
      suggest: 'review',
      label: 10001,
    })
    await judge({ text: '命中的关键词2', label: 20006 })
    const found = await check({ content: '命中的关键词1，命中的关键词2' })
    const keyword = { strategy: 'keyword', errcode: 0, level: 90 }
    expect(found).toEqual({
      ...ok,
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'risky', label: 20006, prob: 90 },
        { ...keyword, suggest: 'risky', label: 20006, keyword: '命中的关键词2' },
        { ...keyword, suggest: 'review', label: 10001, keyword: '命中的关键词1' },
      ],
      trace_id: traceId,
      result: { suggest: 'risky', label: 20006 },
    })
  })

  it('finds the test texts, too, and has a trace_id of its own each time', async () => {
    const [first, second] = [await check({ content: testTexts[1] }), await check()]
    expect(first).toMatchObject({ errcode: 0, result: { suggest: 'risky' } })
    expect(second.trace_id).not.toBe(first.trace_id)
  })

  it.each([
    ['title', 1, 'risky'],
    ['nickname', 2, 'risky'],
    ['signature', 1, 'risky'],
    ['signature', 2, 'pass'],
  ])('reads %s in the scene %s: %s', async (field, scene, suggest) => {
    expect(await check({ [field]: testTexts[0], scene })).toMatchObject({ result: { suggest } })
  })

  it.each([
    ['no content', { content: '' }, 47001, 'data format error'],
    ['no openid', { openid: undefined }, 40003, 'invalid openid'],
    ['an openid of no user', { openid: 'oNobody' }, 40003, 'invalid openid'],
    ['no scene', { scene: undefined }, 40129, 'invalid scene'],
    ['a scene beyond 4', { scene: 5 }, 40129, 'invalid scene'],
    ['over 2,500 characters', { content: '字'.repeat(2_501) }, 45002, 'content size out of limit'],
  ])('refuses %s', async (_, change, errcode, errmsg) => {
    expect(await check(change)).toEqual(refusal(errcode, errmsg))
  })

  it('takes 2,500 characters, and numbers as text', async () => {
    const change = { content: '😀'.repeat(2_500), scene: '4', version: '2' }
    expect(await check(change)).toMatchObject({ errcode: 0, result: { suggest: 'pass' } })
  })

  it('wants a user who was in the mini-program within two hours', async () => {
    wechat.sandbox.clock.advance(2 * hour - 1)
    expect(await check()).toMatchObject({ errcode: 0 })
    wechat.sandbox.clock.advance(1)
    expect(await check()).toEqual(refusal(61010, 'code is expired'))
  })

  it.each(visits)('counts %s as a visit', async (name, more) => {
    wechat.sandbox.clock.advance(2 * hour)
    await wechat.post(`/sandbox/${name}`, { openId, ...more })
    expect(await check()).toMatchObject({ errcode: 0 })
  })

  it('counts neither a message to customer service nor the settings as a visit', async () => {
    wechat.sandbox.clock.advance(2 * hour)
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    const settings = { templateId: 'TEMPLATE_ID', answer: 'reject', where: 'settings' }
    await wechat.post('/sandbox/subscriptions', { openId, ...settings })
    await wechat.get(`/sandbox/inbox/${openId}`)
    expect(await check()).toMatchObject({ errcode: 61010 })
  })
})

describe('the check of files', () => {
  const path = '/wxa/media_check_async'
  const media_url =
    'https://developers.weixin.qq.com/miniprogram/assets/images/head_global_z_@all.png'
  const first = { media_url, media_type: 2 }
  const second = { ...first, version: 2, scene: 1, openid: openId }
  let mine: Receiver

  beforeEach(async () => {
    mine = await receiver()
  })
  afterEach(() => mine.close())

  const configure = (format: string) =>
    wechat.post('/sandbox/push-config', { url: mine.url, token: 't', mode: 'plain', format })
  /** The push that follows the reply. */
  const checked = async (body: object) => {
    const reply = await wechat.call(path, body)
    expect(reply).toEqual({ ...ok, trace_id: expect.any(String) })
    await mine.until(1)
    return { traceId: reply.trace_id, pushed: mine.received[0]! }
  }
  const head = {
    ToUserName: expect.stringMatching(/^gh_/),
    // The platform's own, and none of the user's.
    FromUserName: expect.stringMatching(/^o[\w-]{27}$/),
    CreateTime: 1527825600,
    MsgType: 'event',
    Event: 'wxa_media_check',
    appid: app.appId,
  }

  it('of version 2 pushes the example of the page', async () => {
    await configure('json')
    const { traceId: trace_id, pushed } = await checked(second)
    expect(trace_id).toEqual(traceId)
    expect(JSON.parse(pushed.body)).toEqual({
      ...head,
      trace_id,
      version: 2,
      detail: [{ strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 }],
      errcode: 0,
      errmsg: 'ok',
      result: { suggest: 'pass', label: 100 },
    })
  })

  it('of version 2 pushes nested elements in XML', async () => {
    await configure('xml')
    await judge({ mediaUrl: media_url, suggest: 'risky', label: 20002 })
    const { traceId: trace_id, pushed } = await checked(second)
    expect(pushed.body).toContain(
      `<trace_id><![CDATA[${trace_id}]]></trace_id><version>2</version>` +
        '<detail><strategy><![CDATA[content_model]]></strategy><errcode>0</errcode>' +
        '<suggest><![CDATA[risky]]></suggest><label>20002</label><prob>90</prob></detail>' +
        '<errcode>0</errcode><errmsg><![CDATA[ok]]></errmsg>' +
        '<result><suggest><![CDATA[risky]]></suggest><label>20002</label></result></xml>',
    )
  })

  it.each([
    ['passes', {}, 0, 0],
    ['is risky', { suggest: 'risky' }, 1, 0],
    ['cannot be downloaded', { unreachable: true }, 0, 4_294_966_288],
  ])('of version 1 pushes its example when a file %s', async (_, judged, isrisky, status_code) => {
    await configure('json')
    await judge({ mediaUrl: media_url, suggest: 'pass', ...judged })
    const { traceId: trace_id, pushed } = await checked(first)
    expect(trace_id).toMatch(/^[0-9a-f]{32}$/)
    expect(JSON.parse(pushed.body)).toEqual({
      ...head,
      isrisky,
      extra_info_json: '',
      trace_id,
      status_code,
    })
  })

  it.each([
    ['that the control judged so', media_url],
    ['whose address is none', 'oss.example.com/picture.png'],
  ])('of version 2 pushes no result of an unreachable file %s', async (_, mediaUrl) => {
    await configure('json')
    await judge({ mediaUrl, unreachable: true })
    const { traceId: trace_id, pushed } = await checked({ ...second, media_url: mediaUrl })
    expect(JSON.parse(pushed.body)).toEqual({
      ...head,
      trace_id,
      version: 2,
      detail: [],
      errcode: -1008,
      errmsg: '下载错误，请检查媒体链接是否有效',
    })
  })

  it('takes files while no receiver is configured', async () => {
    expect(await wechat.call(path, second)).toMatchObject(ok)
  })

  it.each([
    ['no media_url', { media_url: '' }, 47001, 'data format error'],
    ['no media_type', { media_type: undefined }, 40004, 'invalid media type'],
    ['a video', { media_type: 3 }, 40004, 'invalid media type'],
    ['an openid of no user', { openid: 'oNobody' }, 40003, 'invalid openid'],
    ['a scene beyond 4', { scene: 5 }, 40129, 'invalid scene'],
  ])('refuses %s', async (_, change, errcode, errmsg) => {
    expect(await wechat.call(path, { ...second, ...change })).toEqual(refusal(errcode, errmsg))
  })

  it('of version 2 wants a user who was there within two hours, version 1 none', async () => {
    wechat.sandbox.clock.advance(2 * hour)
    expect(await wechat.call(path, second)).toEqual(refusal(61010, 'code is expired'))
    expect(await wechat.call(path, first)).toMatchObject({ errcode: 0 })
  })
})

describe('the checks of a day and of a minute', () => {
  const text = { content: 'hello world!' }
  const media = { media_url: 'https://example.com/x.png', media_type: 2 }

  it.each([
    ['text', '/wxa/msg_sec_check', text],
    ['media', '/wxa/media_check_async', media],
  ])('are bounded for %s, and refused calls count', async (kind, path, body) => {
    const set = (quotas: object) => wechat.post('/sandbox/quotas', quotas)
    await set({ [`${kind}ChecksPerMinute`]: 2, [`${kind}ChecksPerDay`]: 3 })
    expect(await wechat.call(path, {})).toMatchObject({ errcode: 47001 })
    expect(await wechat.call(path, body)).toMatchObject({ errcode: 0 })
    expect(await wechat.call(path, body)).toEqual(refusal(44991, 'reach max api minute frequence'))
    wechat.sandbox.clock.advance(minute)
    expect(await wechat.call(path, body)).toMatchObject({ errcode: 0 })
    expect(await wechat.call(path, body)).toEqual(refusal(45009, 'reach max api daily quota limit'))
    expect(await wechat.call('/cgi-bin/openapi/quota/get', { cgi_path: path })).toMatchObject({
      quota: { daily_limit: 3, used: 3, remain: 0 },
      rate_limit: { call_count: 2, refresh_second: 60 },
    })
  })
})

describe('a judgement', () => {
  it.each([
    ['both', { text: 'x', mediaUrl: 'https://example.com/x.png' }],
    ['neither', {}],
    ['a text that is unreachable', { text: 'x', unreachable: true }],
  ])('of %s is refused', async (_, body) => {
    expect(await judge(body)).toEqual({ error: expect.stringContaining('Name one of') })
  })

  it('has a label of the page', async () => {
    expect(await judge({ text: 'x', label: 100 })).toEqual({
      error: expect.stringContaining('/label'),
    })
  })
})
