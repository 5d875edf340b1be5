import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/templates.ts'
import type { TemplateLibraryReply, TemplateLibraryTitleReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const list = (query: string) => server.ask<TemplateLibraryReply>(`GET /v1/template-library${query}`)

describe('the library', () => {
  it("answers the page's example", async () => {
    const answer = await list('?offset=0&count=5')
    expect(answer.status).toBe(200)
    expectShape(schemas.templateLibraryReply, answer.body)
    expect(answer.body).toEqual({
      templates: [
        { id: 'AT0002', title: '购买成功通知' },
        { id: 'AT0003', title: '购买失败通知' },
        { id: 'AT0004', title: '交易提醒' },
        { id: 'AT0005', title: '付款成功通知' },
        { id: 'AT0006', title: '付款失败通知' },
      ],
      total: 599,
    })
    const [call] = await platformCalls(server, '/cgi-bin/wxopen/template/library/list')
    expect(call).toMatchObject({ method: 'POST', body: { offset: 0, count: 5 } })
  })

  it('gives the first twenty unless told, and fewer at the end', async () => {
    expect((await list('')).body.templates).toHaveLength(20)
    expect((await list('?offset=595')).body.templates).toHaveLength(4)
    expect((await list('?offset=599')).body.templates).toEqual([])
  })

  it.each([
    ['count=21', 'query/count'],
    ['count=0', 'query/count'],
    ['offset=-1', 'query/offset'],
    ['offset=first', 'query/offset'],
  ])('refuses ?%s', async (query, path) => {
    expectProblem(await server.ask(`GET /v1/template-library?${query}`), 400, 'invalid_query', path)
  })
})

describe('a title of the library', () => {
  const title = (id: string) =>
    server.ask<TemplateLibraryTitleReply>(`GET /v1/template-library/${id}`)

  it("has the keywords of the page's example", async () => {
    const answer = await title('AT0002')
    expectShape(schemas.templateLibraryTitleReply, answer.body)
    expect(answer.body).toEqual({
      id: 'AT0002',
      title: '购买成功通知',
      keywords: [
        { id: 3, name: '购买地点', example: 'TIT造舰厂' },
        { id: 4, name: '购买时间', example: '2016年6月6日' },
        { id: 5, name: '物品名称', example: '咖啡' },
      ],
    })
    const [call] = await platformCalls(server, '/cgi-bin/wxopen/template/library/get')
    expect(call).toMatchObject({ method: 'POST', body: { id: 'AT0002' } })
  })

  it.each(['AT9999', '__proto__', 'a%20b', '%00', 'x'.repeat(5_000)])(
    'is not there by the id %.20s',
    async (id) => {
      expectProblem(await server.ask(`GET /v1/template-library/${id}`), 404, 'not_found')
    },
  )

  it('is a problem while WeChat is away', async () => {
    const path = '/cgi-bin/wxopen/template/library/get'
    await server.sandbox('POST /sandbox/faults', { body: { path, hangUp: true } })
    expectProblem(await server.ask('GET /v1/template-library/AT0002'), 503, 'wechat_unreachable')
  })
})

it('is closed since the platform retired template messages, and says so', async () => {
  await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
  const answer = await server.ask('GET /v1/template-library')
  expectProblem(answer, 422, 'wechat_refused')
  expect(answer.body.wechat).toMatchObject({ errcode: 45103, meaning: 'template_send_retired' })
})
