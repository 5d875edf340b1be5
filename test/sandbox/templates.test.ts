import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

describe('the library of template messages', () => {
  const list = '/cgi-bin/wxopen/template/library/list'
  const get = '/cgi-bin/wxopen/template/library/get'

  describe('the library of titles', () => {
    it('is listed as in the example of the page', async () => {
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

    it('ends with a short page and an empty one', async () => {
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

    it('accepts text where the page says number', async () => {
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

    it('exist for every title, no two alike', async () => {
      for (const id of ['AT0003', 'AT0321', 'AT0600']) {
        const { keyword_list } = await wechat.call(get, { id })
        expect(new Set(keyword_list.map(({ name }) => name)).size).toBe(12)
      }
    })

    it('are refused for an unknown title', async () => {
      expect(await wechat.call(get, { id: 'AT0001' })).toMatchObject({ errcode: 40037 })
    })
  })
})

describe('the templates of an account', () => {
  const add = '/cgi-bin/wxopen/template/add'
  const list = '/cgi-bin/wxopen/template/list'
  const del = '/cgi-bin/wxopen/template/del'
  const first = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

  const held = async () => (await wechat.call(list, { offset: 0, count: 20 })).list

  it('are at the start the one of the page', async () => {
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

  it('are added as in the example of the page', async () => {
    const added = await wechat.call(add, { id: 'AT0002', keyword_id_list: [3, 4, 5] })
    expect(added).toEqual({
      errcode: 0,
      errmsg: 'ok',
      template_id: expect.stringMatching(/^[\w-]{43}$/),
    })
    const [old, fresh] = await held()
    expect(fresh).toEqual({ ...old, template_id: added.template_id })
  })

  it('have the keywords in the given order', async () => {
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
  ])('refuse %s', async (_, change, errcode) => {
    const body = { id: 'AT0002', keyword_id_list: [3, 4, 5], ...change }
    expect(await wechat.call(add, body)).toMatchObject({ errcode })
    expect(await held()).toHaveLength(1)
  })

  it('are listed in pages of at most twenty', async () => {
    expect(await wechat.call(list, { offset: 1, count: 20 })).toMatchObject({ list: [] })
    expect(await wechat.call(list, { offset: 0, count: 21 })).toMatchObject({ errcode: 40035 })
  })

  it('are deleted as in the example of the page', async () => {
    expect(await wechat.call(del, { template_id: first })).toEqual({ errcode: 0, errmsg: 'ok' })
    expect(await held()).toEqual([])
    expect(await wechat.call(del, { template_id: first })).toMatchObject({ errcode: 40037 })
  })

  it('can be added by a control', async () => {
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
