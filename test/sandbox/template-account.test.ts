import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { start, type Started } from './start.ts'

const add = '/cgi-bin/wxopen/template/add'
const list = '/cgi-bin/wxopen/template/list'
const del = '/cgi-bin/wxopen/template/del'
const first = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
let wechat: Started

beforeEach(async () => {
  wechat = await start()
})
afterEach(() => wechat.close())

const held = async () => (await wechat.call(list, { offset: 0, count: 20 })).list

describe('the templates of an account', () => {
  it('are, at the start, the one that the page shows', async () => {
    expect(await wechat.call(list, { offset: 0, count: 1 })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      list: [
        {
          template_id: first,
          title: '购买成功通知',
          content:
            '购买地点{{keyword1.DATA}}\n购买时间{{keyword2.DATA}}\n物品名称{{keyword3.DATA}}\n',
          example: '购买地点：TIT造舰厂\n购买时间：2016年6月6日\n物品名称：咖啡\n',
        },
      ],
    })
  })

  it('grow by the example of the page', async () => {
    const added = await wechat.call(add, { id: 'AT0002', keyword_id_list: [3, 4, 5] })
    expect(added).toEqual({
      errcode: 0,
      errmsg: 'ok',
      template_id: expect.stringMatching(/^[\w-]{43}$/),
    })
    const [old, fresh] = await held()
    expect(fresh).toEqual({ ...old, template_id: added.template_id })
  })

  it('keep the order of their keywords', async () => {
    await wechat.call(add, { id: 'AT0002', keyword_id_list: [5, 3] })
    expect((await held())[1]).toMatchObject({
      content: '物品名称{{keyword1.DATA}}\n购买地点{{keyword2.DATA}}\n',
      example: '物品名称：咖啡\n购买地点：TIT造舰厂\n',
    })
  })

  it('have at most ten keywords', async () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const body = { id: 'AT0003', keyword_id_list: ten }
    expect(await wechat.call(add, body)).toMatchObject({ errcode: 0 })
    expect(await wechat.call(add, { ...body, keyword_id_list: [...ten, 11] })).toMatchObject({
      errcode: 40035,
    })
  })

  it.each([
    ['an unknown title', { id: 'AT0001' }, 40037],
    ['a keyword of another title', { keyword_id_list: [3, 12] }, 40035],
    ['the same keyword twice', { keyword_id_list: [3, 3] }, 40035],
    ['no keyword', { keyword_id_list: [] }, 40035],
    ['no list of keywords', { keyword_id_list: 3 }, 40035],
  ])('do not grow by %s', async (_, change, errcode) => {
    const body = { id: 'AT0002', keyword_id_list: [3, 4, 5], ...change }
    expect(await wechat.call(add, body)).toMatchObject({ errcode })
    expect(await held()).toHaveLength(1)
  })

  it('come in pages of at most twenty', async () => {
    expect(await wechat.call(list, { offset: 1, count: 20 })).toMatchObject({ list: [] })
    expect(await wechat.call(list, { offset: 0, count: 21 })).toMatchObject({ errcode: 40035 })
  })

  it('go by the example of the page, once', async () => {
    expect(await wechat.call(del, { template_id: first })).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await held()).toEqual([])
    expect(await wechat.call(del, { template_id: first })).toMatchObject({ errcode: 40037 })
  })

  it('can be made by a control', async () => {
    const body = {
      templateId: 'mine',
      title: '取餐提醒',
      keywords: ['单号', { name: '门店', example: '一店' }],
    }
    expect(await wechat.post('/sandbox/templates', body)).toEqual({ templateId: 'mine' })
    expect((await held())[1]).toEqual({
      template_id: 'mine',
      title: '取餐提醒',
      content: '单号{{keyword1.DATA}}\n门店{{keyword2.DATA}}\n',
      example: '单号：单号\n门店：一店\n',
    })
    expect(await wechat.post('/sandbox/templates')).toEqual({ templateId: expect.any(String) })
  })
})
