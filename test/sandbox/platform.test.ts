import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day } from '../../server/rules/time.ts'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

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
