import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day, start, type Started } from './start.ts'

const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const openId = 'OPENID'
let wechat: Started

beforeEach(async () => {
  wechat = await start()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const punish = (body: object) => wechat.post('/sandbox/penalties', body)
const advance = (ms: number) => wechat.sandbox.clock.advance(ms)
const send = async () => {
  const { formId } = await wechat.post('/sandbox/form-ids', { openId })
  const body = { touser: openId, template_id, form_id: formId }
  return wechat.call('/cgi-bin/message/wxopen/template/send', body)
}

describe('a penalty', () => {
  it('of the first strike takes the template, and leaves the others', async () => {
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
  ])('of strike %i shuts the template sends for %i days', async (strike, days, shutUntil) => {
    expect(await punish({ strike })).toEqual({ strike, shutUntil })
    expect(await send()).toEqual({ errcode: 48001, errmsg: 'api unauthorized' })
    advance(days * day - 1)
    expect(await send()).toMatchObject({ errcode: 48001 })
    advance(1)
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('of the fourth strike shuts them for ever, whatever comes after', async () => {
    expect(await punish({ strike: 4 })).toEqual({ strike: 4, shutUntil: null })
    await punish({ strike: 2 })
    advance(10_000 * day)
    expect(await send()).toMatchObject({ errcode: 48001 })
  })

  it('shuts nothing else', async () => {
    await punish({ strike: 4 })
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    const body = { touser: openId, msgtype: 'text', text: { content: 'x' } }
    expect(await wechat.call('/cgi-bin/message/custom/send', body)).toMatchObject({ errcode: 0 })
    await wechat.post('/sandbox/reset')
    await wechat.post('/sandbox/users', { openId })
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('takes the template that is named with a later strike, too', async () => {
    await punish({ strike: 2, templateId: template_id })
    advance(7 * day)
    expect(await send()).toMatchObject({ errcode: 40037 })
  })

  it.each([
    [{ strike: 1 }, 'templateId'],
    [{ strike: 1, templateId: 'other' }, 'no such template'],
    [{ strike: 5 }, '1,2,3,4'],
    [{}, 'strike'],
  ])('is not %j', async (body, hint) => {
    expect(await punish(body)).toEqual({ error: expect.stringContaining(hint) })
  })
})
