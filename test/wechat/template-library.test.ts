import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { json } from '../support/scripted-server.ts'
import { ok, startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

describe('the library of templates', () => {
  let platform: StartedWechat
  beforeEach(async () => void (platform = await startWechat()))
  afterEach(() => platform.close())

  const listPath = '/cgi-bin/wxopen/template/library/list'
  const getPath = '/cgi-bin/wxopen/template/library/get'
  const addPath = '/cgi-bin/wxopen/template/add'
  const delPath = '/cgi-bin/wxopen/template/del'
  const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

  it('lists its titles', async () => {
    const list = [
      { id: 'AT0002', title: '购买成功通知' },
      { id: 'AT0003', title: '购买失败通知' },
    ]
    platform.server.on(listPath, json({ errcode: 0, errmsg: 'ok', list, total_count: 599 }))
    const reply = await platform.wechat.listLibrary({ offset: 0, count: 5 })
    expect(reply).toMatchObject({ errcode: 0, body: { templates: list, total: 599 } })
    expect(platform.lastCall()).toEqual({
      method: 'POST',
      path: listPath,
      query: { access_token: 'token1' },
      body: { offset: 0, count: 5 },
    })
  })

  it('returns the keywords of one title', async () => {
    const page = {
      errcode: 0,
      errmsg: 'ok',
      id: 'AT0002',
      title: '购买成功通知',
      keyword_list: [
        { keyword_id: 3, name: '购买地点', example: 'TIT造舰厂' },
        { keyword_id: 4, name: '购买时间', example: '2016年6月6日' },
      ],
    }
    platform.server.on(getPath, json(page))
    expect(await platform.wechat.getLibraryTitle('AT0002')).toMatchObject({
      body: {
        id: 'AT0002',
        title: '购买成功通知',
        keywords: [
          { id: 3, name: '购买地点', example: 'TIT造舰厂' },
          { id: 4, name: '购买时间', example: '2016年6月6日' },
        ],
      },
    })
    expect(platform.lastCall()?.body).toEqual({ id: 'AT0002' })
  })

  it('adds a template with its keywords in the order in which they are named', async () => {
    platform.server.on(addPath, json({ errcode: 0, errmsg: 'ok', template_id: templateId }))
    const reply = await platform.wechat.addTemplate({ id: 'AT0002', keywordIds: [4, 3, 5] })
    expect(reply).toMatchObject({ body: { templateId } })
    expect(platform.lastCall()?.body).toEqual({ id: 'AT0002', keyword_id_list: [4, 3, 5] })
  })

  it('deletes a template', async () => {
    platform.server.on(delPath, ok)
    expect(await platform.wechat.deleteTemplate(templateId)).toMatchObject({ errcode: 0 })
    expect(platform.lastCall()?.body).toEqual({ template_id: templateId })
  })

  it.each([
    ['a list without rows', listPath, () => platform.wechat.listLibrary({ offset: 0, count: 5 })],
    ['a title without keywords', getPath, () => platform.wechat.getLibraryTitle('AT0002')],
    [
      'a template without an id',
      addPath,
      () => platform.wechat.addTemplate({ id: 'a', keywordIds: [1] }),
    ],
  ])('does not accept %s as a reply', async (_name, path, call) => {
    platform.server.on(path, ok)
    expect(await call()).toMatchObject({ result: 'unknown', cause: { code: 'NOT_AS_PROMISED' } })
  })
})
