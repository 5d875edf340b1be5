import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/cgi-bin/message/wxopen/template/uniform_send'
const touser = 'OPENID'
/** The template that an account of the sandbox holds. */
const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

/** The two halves of the example of the page. */
const ours = (form_id: string) => ({
  template_id,
  page: 'page/page/index',
  form_id,
  data: {
    keyword1: { value: '339208499' },
    keyword2: { value: '2015年01月05日 12:30' },
    keyword3: { value: '腾讯微信总部' },
    keyword4: { value: '广州市海珠区新港中路397号' },
  },
  emphasis_keyword: 'keyword1.DATA',
})
const theirs = {
  appid: 'APPID',
  template_id: 'TEMPLATE_ID',
  url: 'http://weixin.qq.com/download',
  miniprogram: { appid: 'xiaochengxuappid12345', pagepath: 'index?foo=bar' },
  data: {
    first: { value: '恭喜你购买成功！', color: '#173177' },
    keyword1: { value: '巧克力', color: '#173177' },
    keyword2: { value: '39.8元', color: '#173177' },
    keyword3: { value: '2014年9月22日', color: '#173177' },
    remark: { value: '欢迎再次购买！', color: '#173177' },
  },
}
const ok = { errcode: 0, errmsg: 'ok' }
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId: touser })
  const templateIds = [theirs.template_id]
  await wechat.post('/sandbox/official-accounts', { officialAppId: theirs.appid, templateIds })
})
afterEach(() => wechat.close())

const submit = async () => (await wechat.post('/sandbox/form-ids', { openId: touser })).formId
const send = (body: object) => wechat.call(path, { touser, ...body })
const inbox = async () => (await wechat.get(`/sandbox/inbox/${touser}`)).messages
const at = '2018-06-01T04:00:00.000Z'

describe('a uniform message', () => {
  it('with both halves, as in the example of the page, is one of the mini-program', async () => {
    const body = { weapp_template_msg: ours(await submit()), mp_template_msg: theirs }
    expect(await send(body)).toEqual(ok)
    expect(await inbox()).toEqual([{ kind: 'template', at, body: { touser, ...body } }])
  })

  it.each([
    ['without the first half', {}],
    ['with an empty first half', { weapp_template_msg: [] }],
  ])('%s is one of the official account', async (_, half) => {
    const body = { ...half, mp_template_msg: theirs }
    expect(await send(body)).toEqual(ok)
    expect(await inbox()).toEqual([{ kind: 'officialAccount', at, body: { touser, ...body } }])
  })

  it('spends the form, as a template message does', async () => {
    const formId = await submit()
    const body = { weapp_template_msg: ours(formId) }
    expect(await send(body)).toEqual(ok)
    expect(await send(body)).toEqual({ errcode: 41029, errmsg: 'form id used count reach limit' })
    const message = { touser, ...ours(formId) }
    expect(await wechat.call('/cgi-bin/message/wxopen/template/send', message)).toMatchObject({
      errcode: 41029,
    })
  })

  it.each([
    ['another template', { template_id: 'TEMPLATE_ID' }, 40037, 'invalid template_id'],
    ['an unknown form', { form_id: 'FORMID' }, 41028, 'invalid form id'],
    ['a page with a leading slash', { page: '/index' }, 41030, 'invalid page'],
    ['data that are no object', { data: 'keyword1' }, 47001, 'data format error'],
  ])('of the mini-program is refused for %s, and leaves the form', async (_, change, code, msg) => {
    const message = ours(await submit())
    const body = { weapp_template_msg: { ...message, ...change }, mp_template_msg: theirs }
    expect(await send(body)).toEqual({ errcode: code, errmsg: msg })
    expect(await inbox()).toEqual([])
    expect(await send({ weapp_template_msg: message })).toEqual(ok)
  })

  it.each([
    ['an account that is not bound', { appid: 'wxOther' }, 40013, 'invalid appid'],
    ['no account', { appid: undefined }, 40013, 'invalid appid'],
    ['another template', { template_id: 'OTHER' }, 40037, 'invalid template_id'],
    ['data that are no object', { data: 'first' }, 47001, 'data format error'],
  ])('of the official account is refused for %s', async (_, change, errcode, errmsg) => {
    expect(await send({ mp_template_msg: { ...theirs, ...change } })).toEqual({ errcode, errmsg })
    expect(await inbox()).toEqual([])
  })

  it('of an official account whose templates are not named may have any', async () => {
    await wechat.post('/sandbox/official-accounts', { officialAppId: 'wxOther' })
    expect(await send({ mp_template_msg: { ...theirs, appid: 'wxOther' } })).toEqual(ok)
  })

  it('is refused for an unknown user and without a message', async () => {
    expect(await send({ touser: 'oNobody', mp_template_msg: theirs })).toEqual({
      errcode: 40003,
      errmsg: 'invalid openid',
    })
    expect(await send({})).toEqual({ errcode: 47001, errmsg: 'data format error' })
    expect(await send({ weapp_template_msg: 'x', mp_template_msg: theirs })).toMatchObject({
      errcode: 47001,
    })
  })

  it('counts against the template messages of the day', async () => {
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 1 })
    expect(await send({ mp_template_msg: theirs })).toEqual(ok)
    expect(await send({ mp_template_msg: theirs })).toEqual({
      errcode: 45009,
      errmsg: 'reach max api daily quota limit',
    })
  })

  it('is shut by a penalty, and in 2026 for ever', async () => {
    await wechat.post('/sandbox/penalties', { strike: 2 })
    expect(await send({ mp_template_msg: theirs })).toMatchObject({ errcode: 48001 })
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(await send({ mp_template_msg: theirs })).toEqual({
      errcode: 45109,
      errmsg: expect.stringMatching(/^This API has been unsupported rid: \S+$/),
    })
  })
})
