import { describe, expect, it } from '@jest/globals'
import {
  subscribeCategoriesReply,
  subscribeLibraryReply,
  subscribeLibraryTitleReply,
  subscribeTemplatesReply,
} from '../../../server/http/schemas/subscribe-templates.ts'
import { addTemplateReply } from '../../../server/http/schemas/templates.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { useReach } from '../../support/server/use-reach.ts'

const server = useReach({ edition: '2026' })

const meeting = { id: '401', keywordIds: [1, 2], sceneDescription: '测试数据' }
const add = (body: object) =>
  server.ask<wire.AddTemplateReply>('POST /v1/subscribe-templates', { body })
const held = async () =>
  (await server.ask<wire.SubscribeTemplatesReply>('GET /v1/subscribe-templates')).body.templates
const calls = (name: string) => platformCalls(server, `/wxaapi/newtmpl/${name}`)

describe('subscribe templates', () => {
  it('belong to the categories of the account', async () => {
    const answer = await server.ask<wire.SubscribeCategoriesReply>(
      'GET /v1/subscribe-template-categories',
    )
    expectShape(subscribeCategoriesReply, answer.body)
    expect(answer.body.categories).toContainEqual({ id: 616, name: '公交' })
  })

  it('are made from the public titles of those categories', async () => {
    const list = (query: string) =>
      server.ask<wire.SubscribeLibraryReply>(`GET /v1/subscribe-template-library${query}`)
    const all = await list('')
    expectShape(subscribeLibraryReply, all.body)
    expect(all.body.templates).toContainEqual({
      id: '99',
      title: '付款成功通知',
      term: 'once',
      categoryId: 616,
    })
    expect(new Set(all.body.templates.map(({ categoryId }) => categoryId)).size).toBe(2)

    const some = await list('?categoryIds=616&offset=1&count=1')
    expect(some.body).toMatchObject({
      templates: [{ title: '公交到站提醒', term: 'long' }],
      total: 2,
    })
    expect((await calls('getpubtemplatetitles')).at(-1)?.query).toMatchObject({
      ids: '616',
      start: '1',
      limit: '1',
    })
  })

  it('have the keywords of their title', async () => {
    const answer = await server.ask<wire.SubscribeLibraryTitleReply>(
      'GET /v1/subscribe-template-library/99',
    )
    expectShape(subscribeLibraryTitleReply, answer.body)
    expect(answer.body.keywords[0]).toEqual({
      id: 1,
      name: '物品名称',
      example: '名称',
      type: 'thing',
    })
  })

  it('are added in the order of their keywords, listed and deleted', async () => {
    const answer = await add({ ...meeting, keywordIds: [2, 1] })
    expect(answer.status).toBe(201)
    expectShape(addTemplateReply, answer.body)
    expect((await calls('addtemplate')).at(-1)).toMatchObject({
      method: 'POST',
      body: 'tid=401&kidList=2&kidList=1&sceneDesc=%E6%B5%8B%E8%AF%95%E6%95%B0%E6%8D%AE',
    })
    const { templateId } = answer.body
    const list = await server.ask('GET /v1/subscribe-templates')
    expectShape(subscribeTemplatesReply, list.body)
    expect((await held()).at(-1)).toMatchObject({
      templateId,
      title: '会议通知',
      content: '会议时间:{{date2.DATA}}\n会议地点:{{thing1.DATA}}\n',
      term: 'once',
      enums: {},
    })
    const remove = () => server.ask(`DELETE /v1/subscribe-templates/${templateId}`)
    expect((await remove()).status).toBe(204)
    expect((await held()).map((one) => one.templateId)).not.toContain(templateId)
    expectProblem(await remove(), 404, 'not_found')
  })

  it.each(['9999', '__proto__', '%00'])('reply 404 for the title %s', async (id) => {
    const answer = await server.ask(`GET /v1/subscribe-template-library/${id}`)
    expectProblem(answer, 404, 'not_found')
  })

  it('are refused by WeChat with keywords of another title, and the reply says why', async () => {
    const body = { ...meeting, keywordIds: [1, 9] }
    const answer = await server.ask('POST /v1/subscribe-templates', { body })
    expectProblem(answer, 422, 'wechat_refused')
    expect(answer.body.wechat).toMatchObject({ errcode: 200020, meaning: 'keywords_invalid' })
  })

  it.each([
    [{ ...meeting, id: 401 }, '/id'],
    [{ ...meeting, id: 'AT0002' }, '/id'],
    [{ ...meeting, keywordIds: [1] }, '/keywordIds'],
    [{ ...meeting, keywordIds: [1, 1] }, '/keywordIds'],
    [{ ...meeting, keywordIds: [1, 2, 3, 4, 5, 6] }, '/keywordIds'],
    [{ ...meeting, sceneDescription: '' }, '/sceneDescription'],
    [{ ...meeting, sceneDescription: '字'.repeat(16) }, '/sceneDescription'],
    [{ id: '401', keywordIds: [1, 2] }, '/sceneDescription'],
  ])('are rejected before a call with %j', async (body, path) => {
    const answer = await server.ask('POST /v1/subscribe-templates', { body })
    expectProblem(answer, 400, 'invalid_body', path)
    expect(await calls('addtemplate')).toEqual([])
  })

  it.each([
    ['count=31', 'query/count'],
    ['categoryIds=', 'query/categoryIds'],
    ['categoryIds=1,x', 'query/categoryIds'],
  ])('are not listed with ?%s', async (query, path) => {
    const answer = await server.ask(`GET /v1/subscribe-template-library?${query}`)
    expectProblem(answer, 400, 'invalid_query', path)
  })
})
