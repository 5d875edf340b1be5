import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { json } from '../support/scripted-server.ts'
import { ok, startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

describe('the subscribe templates of an account', () => {
  let platform: StartedWechat
  beforeEach(async () => void (platform = await startWechat('2026')))
  afterEach(() => platform.close())

  const answer = (name: string, value: object) =>
    platform.server.on(`/wxaapi/newtmpl/${name}`, json({ errcode: 0, errmsg: 'ok', ...value }))
  const asked = (name: string, query: Record<string, string> = {}) =>
    expect(platform.lastCall()).toEqual({
      method: 'GET',
      path: `/wxaapi/newtmpl/${name}`,
      query: { access_token: 'token1', ...query },
      body: '',
    })

  it('have the categories of the account', async () => {
    answer('getcategory', { data: [{ id: 616, name: '公交' }] })
    const reply = await platform.wechat.newtmpl.categories()
    expect(reply).toMatchObject({ body: [{ id: 616, name: '公交' }] })
    asked('getcategory')
  })

  it('are based on public titles', async () => {
    const data = [
      { tid: 99, title: '付款成功通知', type: 2, categoryId: '616' },
      { tid: '100', title: '公交到站提醒', type: 3, categoryId: 2 },
    ]
    answer('getpubtemplatetitles', { count: 55, data })
    const query = { categoryIds: [2, 616], offset: 0, count: 1 }
    expect(await platform.wechat.newtmpl.titles(query)).toMatchObject({
      body: {
        total: 55,
        titles: [
          { id: '99', title: '付款成功通知', term: 'once', categoryId: 616 },
          { id: '100', title: '公交到站提醒', term: 'long', categoryId: 2 },
        ],
      },
    })
    asked('getpubtemplatetitles', { ids: '2,616', start: '0', limit: '1' })
  })

  it('have the keywords of their title', async () => {
    const data = [{ kid: 1, name: '物品名称', example: '名称', rule: 'thing' }]
    answer('getpubtemplatekeywords', { count: 1, data })
    const reply = await platform.wechat.newtmpl.keywords('99')
    expect(reply).toMatchObject({
      body: [{ id: 1, name: '物品名称', example: '名称', type: 'thing' }],
    })
    asked('getpubtemplatekeywords', { tid: '99' })
  })

  it('are added with their keywords in order', async () => {
    answer('addtemplate', { priTmplId: 'p1' })
    const reply = await platform.wechat.newtmpl.add({
      titleId: '401',
      keywordIds: [2, 1],
      sceneDescription: '测试数据',
    })
    expect(reply).toMatchObject({ body: { templateId: 'p1' } })
    // As the page writes it, which takes no JSON here.
    expect(platform.lastCall()).toMatchObject({
      method: 'POST',
      body: 'tid=401&kidList=2&kidList=1&sceneDesc=%E6%B5%8B%E8%AF%95%E6%95%B0%E6%8D%AE',
    })
  })

  it('are listed with their term and the values of their enums', async () => {
    const row = { priTmplId: 'p1', title: '报名结果通知', content: 'c', example: 'e', type: 2 }
    const keywordEnumValueList = [{ keywordCode: 'enum1.DATA', enumValueList: ['按时', '超时'] }]
    answer('gettemplate', {
      data: [
        { ...row, keywordEnumValueList },
        { ...row, type: 3 },
      ],
    })
    const listed = { templateId: 'p1', title: '报名结果通知', content: 'c', example: 'e' }
    expect(await platform.wechat.newtmpl.list()).toMatchObject({
      body: [
        { ...listed, term: 'once', enums: { enum1: ['按时', '超时'] } },
        { ...listed, term: 'long', enums: {} },
      ],
    })
    asked('gettemplate')
  })

  it('are deleted', async () => {
    platform.server.on('/wxaapi/newtmpl/deltemplate', ok)
    expect(await platform.wechat.newtmpl.delete('p1')).toMatchObject({ errcode: 0 })
    expect(platform.lastCall()).toMatchObject({ method: 'POST', body: 'priTmplId=p1' })
  })
})
