import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { endpoints } from '../../server/sandbox/api/endpoints.ts'
import { day, minute } from '../../server/rules/time.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const openId = 'OPENID'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const send = async (page?: string) => {
  const { formId } = await wechat.post('/sandbox/form-ids', { openId })
  const body = { touser: openId, template_id, page, form_id: formId }
  return wechat.call('/cgi-bin/message/wxopen/template/send', body)
}

describe('开放接口服务 of 微信云托管', () => {
  const body = { touser: openId, msgtype: 'text', text: { content: 'a' } }
  const sendWithoutToken = async () => {
    const reply = await fetch(`${wechat.url}/cgi-bin/message/custom/send`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    return ((await reply.json()) as { errcode: number }).errcode
  }

  it('takes calls without an access_token for one app, while it is on', async () => {
    expect(await sendWithoutToken()).toBe(41001)
    expect(await wechat.post('/sandbox/cloud-run', { on: true })).toEqual({ on: true })
    // No window is open: the call has come to the app.
    expect(await sendWithoutToken()).toBe(45015)
    await wechat.post('/sandbox/cloud-run', { on: false })
    expect(await sendWithoutToken()).toBe(41001)
  })
})

describe('the pages of the mini-program', () => {
  const sendTo = async (page?: string) => (await send(page)).errcode

  it('all exist until they are set', async () => {
    expect(await sendTo('pages/any/where?id=1')).toBe(0)
  })

  it('are those that were set, whatever the query', async () => {
    await wechat.post('/sandbox/pages', { pages: ['index', 'pages/order'] })
    expect([await sendTo('index?foo=bar'), await sendTo('pages/order')]).toEqual([0, 0])
    expect([await sendTo('pages/other'), await sendTo()]).toEqual([41030, 0])
  })

  it('do not exist while it is not published', async () => {
    await wechat.post('/sandbox/pages', { pages: ['index'], published: false })
    expect(await sendTo('index')).toBe(41030)
    expect(await wechat.post('/sandbox/pages', { published: true })).toEqual({
      pages: ['index'],
      published: true,
    })
    expect(await sendTo('index')).toBe(0)
  })

  it.each([
    [{ pages: ['/index'] }, '/pages/0'],
    [{ pages: 'index' }, '/pages'],
    [{ pages: ['index'], home: 'other' }, '/home'],
  ])('refuse %j', async (body, field) => {
    expect(await wechat.post('/sandbox/pages', body)).toEqual({
      error: expect.stringContaining(field),
    })
  })
})

describe('a penalty', () => {
  const punish = (body: object) => wechat.post('/sandbox/penalties', body)
  const advance = (ms: number) => wechat.sandbox.clock.advance(ms)
  it('of the first strike deletes the template and no other', async () => {
    await wechat.post('/sandbox/templates', { templateId: 'other' })
    const strike = { strike: 1, templateId: template_id }
    expect(await punish(strike)).toEqual(strike)
    expect(await send()).toMatchObject({ errcode: 40037 })
    const list = '/cgi-bin/wxopen/template/list'
    expect((await wechat.call(list, { offset: 0, count: 20 })).list).toMatchObject([
      { template_id: 'other' },
    ])
  })

  it.each([
    [2, 7, '2018-06-08T04:00:00.000Z'],
    [3, 30, '2018-07-01T04:00:00.000Z'],
  ])('of strike %i blocks template messages for %i days', async (strike, days, shutUntil) => {
    expect(await punish({ strike })).toEqual({ strike, shutUntil })
    expect(await send()).toEqual({ errcode: 48001, errmsg: 'api unauthorized' })
    advance(days * day - 1)
    expect(await send()).toMatchObject({ errcode: 48001 })
    advance(1)
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('of the fourth strike blocks them without an end, whatever follows', async () => {
    expect(await punish({ strike: 4 })).toEqual({ strike: 4, shutUntil: null })
    await punish({ strike: 2 })
    advance(10_000 * day)
    expect(await send()).toMatchObject({ errcode: 48001 })
  })

  it('blocks every endpoint of template messages', async () => {
    await punish({ strike: 2 })
    const paths = endpoints.flatMap(({ path }) => (path.includes('wxopen/template') ? path : []))
    expect(paths).toHaveLength(7)
    for (const path of paths) {
      expect([path, (await wechat.call(path, { offset: 0, count: 1 })).errcode]).toEqual([
        path,
        48001,
      ])
    }
  })

  it('is told to the account', async () => {
    await punish({ strike: 1, templateId: template_id, reason: '营销' })
    await punish({ strike: 3 })
    const at = '2018-06-01T04:00:00.000Z'
    const title = '模板消息违规处罚'
    expect(await wechat.get('/sandbox/notices')).toEqual({
      notices: [
        { at, title, content: `第 1 次违规，删除模板 ${template_id}。原因：营销` },
        { at, title, content: '第 3 次违规，封禁模板消息接口 30 天。原因：模板内容违规' },
      ],
    })
  })

  it('blocks nothing else', async () => {
    await punish({ strike: 4 })
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    const body = { touser: openId, msgtype: 'text', text: { content: 'x' } }
    expect(await wechat.call('/cgi-bin/message/custom/send', body)).toMatchObject({ errcode: 0 })
    await wechat.post('/sandbox/reset')
    await wechat.post('/sandbox/users', { openId })
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('deletes a template that a later strike names', async () => {
    await punish({ strike: 2, templateId: template_id })
    advance(7 * day)
    expect(await send()).toMatchObject({ errcode: 40037 })
  })

  it.each([
    [{ strike: 1 }, 'templateId'],
    [{ strike: 1, templateId: 'other' }, 'no such template'],
    [{ strike: 5 }, '1,2,3,4'],
    [{}, 'strike'],
  ])('is refused: %j', async (body, hint) => {
    expect(await punish(body)).toEqual({ error: expect.stringContaining(hint) })
  })
})

describe('looking at the AppSecret', () => {
  it('resets it, and leaves the tokens that were issued', async () => {
    const token = await wechat.token()
    const { secret } = await wechat.post('/sandbox/secret')
    const ask = (with_: string) =>
      wechat.get('/cgi-bin/token', {
        grant_type: 'client_credential',
        appid: app.appId,
        secret: with_,
      })
    expect(await ask(app.secret)).toMatchObject({ errcode: 40125 })
    expect(await ask(secret)).toMatchObject({ expires_in: 7_200 })
    const list = `/cgi-bin/wxopen/template/list?access_token=${token}`
    expect(await wechat.post(list, { offset: 0, count: 1 })).toMatchObject({ errcode: 0 })
  })
})

describe('a phone with an old WeChat', () => {
  it.each([
    ['6.5.1', 0],
    ['6.5.2', 1],
    ['6.10.0', 1],
    ['8.0.50', 1],
  ])('%s: shows %i template messages', async (wechatVersion, count) => {
    await wechat.post('/sandbox/users', { openId, wechatVersion })
    expect(await send()).toMatchObject({ errcode: 0 })
    expect((await wechat.get(`/sandbox/inbox/${openId}`)).messages).toHaveLength(count)
  })
})

describe('the calls of an account', () => {
  it('are bounded by the minute on request, refused ones included', async () => {
    const token = await wechat.token()
    const list = () =>
      wechat.post(`/cgi-bin/wxopen/template/list?access_token=${token}`, { offset: 0, count: 1 })
    await wechat.post('/sandbox/quotas', { callsPerMinute: 3 })
    wechat.sandbox.clock.advance(minute)
    expect(await list()).toMatchObject({ errcode: 0 })
    expect(await wechat.post(`/cgi-bin/media/get?access_token=${token}`)).toMatchObject({
      errcode: 43001,
    })
    expect([(await list()).errcode, (await list()).errcode]).toEqual([0, 45011])
    wechat.sandbox.clock.advance(minute)
    expect(await list()).toMatchObject({ errcode: 0 })

    await wechat.post('/sandbox/quotas', { callsPerMinute: 1 })
    expect(await list()).toMatchObject({ errcode: 45011 })
    const lifted = { callsPerMinute: null }
    expect(await wechat.post('/sandbox/quotas', lifted)).toMatchObject(lifted)
    expect(await list()).toMatchObject({ errcode: 0 })
  })

  it.each([
    ['2018', '/cgi-bin/message/wxopen/template/send', 'templateSendsPerDay', 45009],
    ['2018', '/cgi-bin/message/wxopen/template/uniform_send', 'templateSendsPerDay', 45009],
    ['2026', '/wxa/getwxacodeunlimit', 'codesPerMinute', 45009],
    ['2026', '/wxa/generate_urllink', 'linksPerSecond', 44990],
    ['2026', '/wxa/generatescheme', 'linksPerSecond', 44990],
    ['2026', '/wxa/msg_sec_check', 'textChecksPerMinute', 44991],
    ['2026', '/wxa/media_check_async', 'mediaChecksPerDay', 45009],
  ])('count in %s at %s whatever their body is (%s)', async (edition, path, limit, errcode) => {
    await wechat.post('/sandbox/edition', { edition })
    await wechat.post('/sandbox/quotas', { [limit]: 1 })
    const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
    const call = async () => (await fetch(url, { method: 'POST', body: 'a form' })).json()
    expect(await call()).not.toMatchObject({ errcode })
    expect(await call()).toMatchObject({ errcode })
  })

  it('count against the quota of template messages when they are refused, too', async () => {
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 2 })
    expect(await send('https://example.com')).toMatchObject({ errcode: 41030 })
    expect([(await send()).errcode, (await send()).errcode]).toEqual([0, 45009])
  })
})

describe('a new title of the library', () => {
  const path = '/sandbox/template-applications'
  const title = '宠物疫苗提醒'
  const keywords = [{ name: '疫苗名称', example: '狂犬疫苗' }]

  it('is in the library once its application is approved', async () => {
    const application = { applicationId: '1', title }
    expect(await wechat.post(path, { title, keywords })).toEqual({
      ...application,
      state: 'waiting',
    })
    const get = (id: string) => wechat.call('/cgi-bin/wxopen/template/library/get', { id })
    expect(await get('AT0601')).toMatchObject({ errcode: 40037 })
    const approved = { ...application, state: 'approved', libraryId: 'AT0601' }
    expect(await wechat.post(`${path}/1/review`, { approved: true })).toEqual(approved)
    expect(await get('AT0601')).toMatchObject({
      title,
      keyword_list: [{ keyword_id: 1, ...keywords[0] }],
    })
    expect(await wechat.get(path)).toEqual({ applications: [approved] })
    expect(await wechat.get('/sandbox/notices')).toMatchObject({
      notices: [{ title: '模板审核结果', content: `「${title}」审核通过` }],
    })
    expect(await wechat.post(path, { title, keywords })).toEqual({
      error: expect.stringContaining('/title'),
    })
  })

  it('stays out of it when it is rejected, and is reviewed once', async () => {
    await wechat.post(path, { title, keywords })
    const review = { approved: false, reason: '没有行业通用性' }
    expect(await wechat.post(`${path}/1/review`, review)).toMatchObject({ state: 'rejected' })
    expect(await wechat.get('/sandbox/notices')).toMatchObject({
      notices: [{ content: `「${title}」审核不通过。原因：没有行业通用性` }],
    })
    expect(await wechat.post(`${path}/1/review`, { approved: true })).toEqual({
      error: expect.stringContaining('waits'),
    })
  })
})
