import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { start, type Started } from './start.ts'

const list = '/cgi-bin/wxopen/template/library/list'
const get = '/cgi-bin/wxopen/template/library/get'
let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

describe('the library of titles', () => {
  it('answers the example of the page', async () => {
    expect(await wechat.call(list, { offset: 0, count: 5 })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      list: [
        { id: 'AT0002', title: '购买成功通知' },
        { id: 'AT0003', title: '购买失败通知' },
        { id: 'AT0004', title: '交易提醒' },
        { id: 'AT0005', title: '付款成功通知' },
        { id: 'AT0006', title: '付款失败通知' },
      ],
      total_count: 599,
    })
  })

  it('has 599 titles, no two alike, each ending as the review rules ask', async () => {
    const titles: string[] = []
    for (let offset = 0; offset < 600; offset += 20) {
      const { list: page } = await wechat.call(list, { offset, count: 20 })
      titles.push(...page.map(({ title }) => title as string))
    }
    expect(new Set(titles).size).toBe(599)
    expect(titles.filter((title) => !/(提醒|通知)$/.test(title))).toEqual([])
  })

  it('ends with a short page, and an empty one', async () => {
    const end = await wechat.call(list, { offset: 598, count: 20 })
    expect(end.list).toEqual([{ id: 'AT0600', title: expect.any(String) }])
    expect((await wechat.call(list, { offset: 599, count: 20 })).list).toEqual([])
  })

  it.each([
    [{ offset: 0, count: 21 }],
    [{ offset: -1, count: 5 }],
    [{ offset: 0 }],
    [{ count: 5 }],
    [{ offset: 'x', count: 5 }],
  ])('refuses %j', async (body) => {
    expect(await wechat.call(list, body)).toEqual({ errcode: 40035, errmsg: 'invalid parameter' })
  })

  it('takes text where the page says number', async () => {
    expect((await wechat.call(list, { offset: '1', count: '1' })).list).toEqual([
      { id: 'AT0003', title: '购买失败通知' },
    ])
  })
})

describe('the keywords of a title', () => {
  it('are those of the page', async () => {
    expect(await wechat.call(get, { id: 'AT0002' })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      id: 'AT0002',
      title: '购买成功通知',
      keyword_list: [
        { keyword_id: 3, name: '购买地点', example: 'TIT造舰厂' },
        { keyword_id: 4, name: '购买时间', example: '2016年6月6日' },
        { keyword_id: 5, name: '物品名称', example: '咖啡' },
      ],
    })
  })

  it('are there for every title, no two alike', async () => {
    for (const id of ['AT0003', 'AT0321', 'AT0600']) {
      const { keyword_list } = await wechat.call(get, { id })
      expect(new Set(keyword_list.map(({ name }) => name)).size).toBe(12)
    }
  })

  it('are none of an unknown title', async () => {
    expect(await wechat.call(get, { id: 'AT0001' })).toMatchObject({ errcode: 40037 })
  })
})
