import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const root = '/wxaapi/newtmpl'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
})
afterEach(() => wechat.close())

const get = async (name: string, query: Record<string, string> = {}) =>
  wechat.get(`${root}/${name}`, { access_token: await wechat.token(), ...query })
const add = (body: unknown) => wechat.call(`${root}/addtemplate`, body)
const example = { tid: '401', kidList: [1, 2], sceneDesc: '测试数据' }

describe('the public templates', () => {
  it('belong to categories', async () => {
    expect(await get('getcategory')).toEqual({
      errcode: 0,
      errmsg: 'ok',
      data: expect.arrayContaining([{ id: 616, name: '公交' }]),
    })
  })

  it.each([['"2,616"'], ['2,616']])(
    'are listed by categories as in the example of the page: %s',
    async (ids) => {
      expect(await get('getpubtemplatetitles', { ids, start: '0', limit: '1' })).toEqual({
        errcode: 0,
        errmsg: 'ok',
        count: 2,
        data: [{ tid: 99, title: '付款成功通知', type: 2, categoryId: '616' }],
      })
    },
  )

  it('include a long-term one', async () => {
    const { data } = await get('getpubtemplatetitles', { ids: '616', start: '1', limit: '30' })
    expect(data).toMatchObject([{ type: 3 }])
  })

  it.each([
    [{ start: '0', limit: '1' }, 200018],
    [{ ids: '1', start: '0', limit: '1' }, 200019],
    [{ ids: '616', limit: '1' }, 200016],
    [{ ids: '616', start: '0', limit: '31' }, 200017],
  ])('are not listed for %j', async (query, errcode) => {
    expect(await get('getpubtemplatetitles', query)).toMatchObject({ errcode })
  })

  it('have keywords', async () => {
    const { data, ...more } = await get('getpubtemplatekeywords', { tid: '99' })
    expect(more).toEqual({ errcode: 0, errmsg: 'ok', count: 3 })
    expect(data[0]).toEqual({ kid: 1, name: '物品名称', example: '名称', rule: 'thing' })
    expect(await get('getpubtemplatekeywords', { tid: '1' })).toMatchObject({ errcode: 200014 })
  })
})

describe("the account's own templates", () => {
  it('are added, listed and deleted as in the examples of the page', async () => {
    const added = await add(example)
    expect(added).toEqual({
      errcode: 0,
      errmsg: 'ok',
      priTmplId: expect.stringMatching(/^[\w-]{43}$/),
    })
    const { priTmplId } = added
    const mine = {
      priTmplId,
      title: '会议通知',
      content: '会议地点:{{thing1.DATA}}\n会议时间:{{date2.DATA}}\n',
      example: '会议地点:TIT会议室\n会议时间:2016年8月8日\n',
      type: 2,
    }
    expect((await get('gettemplate')).data).toContainEqual(mine)
    expect(await wechat.call(`${root}/deltemplate`, { priTmplId })).toEqual({
      errcode: 0,
      errmsg: 'ok',
    })
    expect((await get('gettemplate')).data).not.toContainEqual(mine)
    expect(await wechat.call(`${root}/deltemplate`, { priTmplId })).toMatchObject({
      errcode: 40037,
    })
  })

  it.each([
    ['tid=401&kidList=2&kidList=1&sceneDesc=%E6%B5%8B%E8%AF%95'],
    ['tid=401&kidList[0]=2&kidList[1]=1'],
    ['tid=401&kidList[]=2&kidList[]=1'],
  ])('can be added by a form: %s', async (body) => {
    const url = `${wechat.url}${root}/addtemplate?access_token=${await wechat.token()}`
    const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(body) })
    expect(await reply.json()).toMatchObject({ errcode: 0 })
    expect((await get('gettemplate')).data).toContainEqual(
      expect.objectContaining({ content: '会议时间:{{date2.DATA}}\n会议地点:{{thing1.DATA}}\n' }),
    )
  })

  it.each([
    [{ ...example, tid: '1' }, 200014],
    [{ ...example, kidList: [1] }, 200020],
    [{ ...example, kidList: [1, 1] }, 200020],
    [{ ...example, kidList: [1, 3] }, 200020],
    [{ tid: '501', kidList: [1, 2, 3, 4, 5, 6] }, 200020],
    [{ tid: '401' }, 200020],
    [{ ...example, sceneDesc: '一'.repeat(16) }, 200021],
  ])('are refused for %j', async (body, errcode) => {
    expect(await add(body)).toMatchObject({ errcode })
  })

  it('require all of their data when they are sent', async () => {
    const { priTmplId } = await add(example)
    await wechat.post('/sandbox/users', { openId: 'OPENID' })
    const consent = { openId: 'OPENID', templateId: priTmplId, answer: 'accept' }
    await wechat.post('/sandbox/subscriptions', consent)
    const send = (data: object) => {
      const body = { touser: 'OPENID', template_id: priTmplId, data }
      return wechat.call('/cgi-bin/message/subscribe/send', body)
    }
    expect(await send({ thing1: { value: 'TIT' } })).toMatchObject({
      errcode: 47003,
      errmsg: expect.stringContaining('data.date2.value is emtpy'),
    })
    const data = { thing1: { value: 'TIT' }, date2: { value: '2016年8月8日' } }
    expect(await send(data)).toMatchObject({ errcode: 0 })
  })

  it('are those of subscribe messages, and each can be sent with its own content', async () => {
    const { templateId } = await wechat.post('/sandbox/templates', {
      title: '取餐提醒',
      keywords: ['门店', { name: '时间', example: '12:00', key: 'time2' }],
    })
    expect((await get('gettemplate')).data).toEqual([
      {
        priTmplId: templateId,
        title: '取餐提醒',
        content: '门店:{{thing1.DATA}}\n时间:{{time2.DATA}}\n',
        example: '门店:门店\n时间:12:00\n',
        type: 2,
      },
    ])
  })

  it('belong to their app', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await startSandbox({ apps: [app, other], edition: '2026' })
    await wechat.post('/sandbox/users', { appId: other.appId, openId: 'OPENID' })
    const consent = { openId: 'OPENID', templateId: 'mine', answer: 'accept' }
    await wechat.post('/sandbox/subscriptions', { appId: other.appId, ...consent })
    expect((await get('gettemplate')).data).toHaveLength(0)
  })
})
