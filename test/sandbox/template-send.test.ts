import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day } from '../../server/rules/time.ts'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/cgi-bin/message/wxopen/template/send'
const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const touser = 'OPENID'

/** The example of the page, in its order of fields. */
const message = (form_id: string) => ({
  touser,
  template_id,
  page: 'index',
  form_id,
  data: {
    keyword1: { value: '339208499', color: '#173177' },
    keyword2: { value: '2015年01月05日 12:30', color: '#173177' },
    keyword3: { value: '粤海喜来登酒店', color: '#173177' },
    keyword4: { value: '广州市天河区天河路208号', color: '#173177' },
  },
  emphasis_keyword: 'keyword1.DATA',
})
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId: touser })
})
afterEach(() => wechat.close())

const submit = async (openId = touser) =>
  (await wechat.post('/sandbox/form-ids', { openId })).formId
const send = (body: object) => wechat.call(path, body)
const inbox = async () => (await wechat.get(`/sandbox/inbox/${touser}`)).messages

describe('sending a template message', () => {
  it('accepts the example of the page and delivers it unchanged', async () => {
    const body = message(await submit())
    expect(await send(body)).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await inbox()).toEqual([{ kind: 'template', at: '2018-06-01T04:00:00.000Z', body }])
  })

  it.each([
    ['no page', { page: undefined }],
    ['a page that is null', { page: null }],
    ['a query on the page', { page: 'index?foo=bar' }],
    ['no data, an empty template', { data: undefined }],
    ['data that is null', { data: null }],
    ['data that is an empty list, as PHP writes it', { data: [] }],
    ['a color, and no emphasis_keyword', { color: '#173177', emphasis_keyword: null }],
    ['a number where the page says text', { data: { keyword1: { value: 339208499 } } }],
    ['fields that the page does not name', { lang: 'zh_CN', miniprogram: {} }],
  ])('accepts %s', async (_, change) => {
    expect(await send({ ...message(await submit()), ...change })).toMatchObject({ errcode: 0 })
    expect(await inbox()).toHaveLength(1)
  })

  it.each([
    ['an unknown touser', { touser: 'oUnknown' }, 40003, 'invalid openid'],
    ['no touser', { touser: undefined }, 40003, 'invalid openid'],
    ['an unknown template', { template_id: 'TEMPLATE_ID' }, 40037, 'invalid template_id'],
    ['no template', { template_id: null }, 40037, 'invalid template_id'],
    ['a page with a leading slash', { page: '/index' }, 41030, 'invalid page'],
    ['a page of another site', { page: 'https://example.com' }, 41030, 'invalid page'],
    ['a page that is no text', { page: 4 }, 41030, 'invalid page'],
    ['data that is no object', { data: 'keyword1' }, 47001, 'data format error'],
    ['data that is a list', { data: [{ value: 'x' }] }, 47001, 'data format error'],
    ['a keyword that is no object', { data: { keyword1: 'x' } }, 47001, 'data format error'],
  ])('refuses %s without spending the form_id', async (_, change, errcode, errmsg) => {
    const body = message(await submit())
    expect(await send({ ...body, ...change })).toEqual({ errcode, errmsg })
    expect(await inbox()).toEqual([])
    expect(await send(body)).toMatchObject({ errcode: 0 })
  })

  it('refuses a template that was deleted', async () => {
    await wechat.call('/cgi-bin/wxopen/template/del', { template_id })
    expect(await send(message(await submit()))).toMatchObject({ errcode: 40037 })
  })

  it('refuses sends above the daily limit until midnight in Shanghai', async () => {
    await wechat.post('/sandbox/quotas', { templateSendsPerDay: 1 })
    const [first, later] = [message(await submit()), message(await submit())]
    expect(await send(first)).toMatchObject({ errcode: 0 })
    expect(await send(later)).toEqual({
      errcode: 45009,
      errmsg: 'reach max api daily quota limit',
    })
    wechat.sandbox.clock.advance(day / 2 - 1)
    expect(await send(later)).toMatchObject({ errcode: 45009 })
    wechat.sandbox.clock.advance(1)
    expect(await send(later)).toMatchObject({ errcode: 0 })
  })

  it('does not exist any more in edition 2026', async () => {
    const body = message(await submit())
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(await send(body)).toMatchObject({
      errcode: 45103,
      errmsg: expect.stringMatching(/^This API has been unsupported rid: \w{8}-\w{8}-\w{8}$/),
    })
    await wechat.post('/sandbox/edition', { edition: '2018' })
    expect(await send(body)).toMatchObject({ errcode: 0 })
  })
})
