import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { start, type Started } from './start.ts'

const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
let wechat: Started

beforeEach(async () => {
  wechat = await start()
  await wechat.post('/sandbox/users', { openId: 'OPENID' })
})
afterEach(() => wechat.close())

const sendTo = async (page?: string) => {
  const { formId } = await wechat.post('/sandbox/form-ids', { openId: 'OPENID' })
  const body = { touser: 'OPENID', template_id, page, form_id: formId }
  const reply = await wechat.call('/cgi-bin/message/wxopen/template/send', body)
  return reply.errcode
}

describe('the pages of the mini-program', () => {
  it('all exist until told', async () => {
    expect(await sendTo('pages/any/where?id=1')).toBe(0)
  })

  it('are those that were told, whatever the query', async () => {
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
  ])('are not told by %j', async (body, field) => {
    expect(await wechat.post('/sandbox/pages', body)).toEqual({
      error: expect.stringContaining(field),
    })
  })
})
