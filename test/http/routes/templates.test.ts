import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/templates.ts'
import { addTemplateReply, lintReply } from '../../../server/http/schemas/templates.ts'
import { day } from '../../../server/rules/time.ts'
import type {
  AddTemplateReply,
  LintReply,
  TemplateLibraryReply,
  TemplateLibraryTitleReply,
  TemplatesReply,
} from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { useReach } from '../../support/server/use-reach.ts'

describe('GET /v1/templates', () => {
  const server = useReach()

  const list = (query = '') => server.ask<TemplatesReply>(`GET /v1/templates${query}`)

  describe("the account's templates", () => {
    it('are those of the platform', async () => {
      const answer = await list()
      expect(answer.status).toBe(200)
      expectShape(schemas.templatesReply, answer.body)
      expect(answer.body.templates.map(({ templateId }) => templateId)).toEqual([template])
    })

    it('are paged', async () => {
      for (const title of ['二', '三']) {
        await server.sandbox('POST /sandbox/templates', { body: { title } })
      }
      const titles = async (query: string) =>
        (await list(query)).body.templates.map(({ title }) => title)
      expect(await titles('?offset=1&count=1')).toHaveLength(1)
      expect(await titles('?offset=1')).toEqual(['二', '三'])
      expect(await titles('?offset=3')).toEqual([])
    })

    it.each([
      ['refuses', { errcode: 40_066 }, 422, 'wechat_refused'],
      ['is busy', { errcode: -1 }, 503, 'wechat_busy'],
      ['answers with a page of a gateway', { status: 502 }, 503, 'wechat_unreachable'],
      ['hangs up', { hangUp: true }, 503, 'wechat_unreachable'],
    ] as const)('are a problem when WeChat %s', async (_, effect, status, code) => {
      const path = '/cgi-bin/wxopen/template/list'
      await server.sandbox('POST /sandbox/faults', { body: { path, ...effect } })
      expectProblem(await list(), status, code)
      expect((await list()).status).toBe(200)
    })

    it('are a 429 with Retry-After when the daily calls are used up', async () => {
      const path = '/cgi-bin/wxopen/template/list'
      await server.sandbox('POST /sandbox/faults', { body: { path, errcode: 45_009 } })
      const answer = await list()
      expectProblem(answer, 429, 'rate_limited')
      expect(answer.body).toMatchObject({ wechat: { errcode: 45_009, meaning: 'quota_exhausted' } })
      // It is noon in Shanghai.
      expect(answer.headers.get('Retry-After')).toBe(String(12 * 3_600))
      server.clock.advance(3_600_000)
      const later = await list()
      expectProblem(later, 429, 'rate_limited')
      expect(later.headers.get('Retry-After')).toBe(String(11 * 3_600))
      expect(await platformCalls(server, path)).toHaveLength(1)
      server.clock.advance(11 * 3_600_000)
      expect((await list()).status).toBe(200)
    })

    it.each([
      [{ status: 502 }, /A gateway replied with an HTTP error.*HTTP_502/],
      [{ hangUp: true }, /The connection ended before WeChat replied.*UND_ERR_SOCKET/],
      [{ errcode: -1 }, /WeChat is busy\. The server does not repeat this call/],
      [{ errcode: 45_011 }, /called too often: ask again in a minute/],
      [{ errcode: 48_001 }, /7 days, 30 days or for ever/],
    ])('name what happened after %j', async (effect, detail) => {
      const path = '/cgi-bin/wxopen/template/list'
      await server.sandbox('POST /sandbox/faults', { body: { path, ...effect } })
      expect((await list()).body).toMatchObject({ detail: expect.stringMatching(detail) })
    })
  })
})

describe('adding and deleting templates', () => {
  const server = useReach()

  const add = (body: object) => server.ask<AddTemplateReply>('POST /v1/templates', { body })
  const held = async () => (await server.ask<TemplatesReply>('GET /v1/templates')).body.templates
  const remove = (id: string) => server.ask(`DELETE /v1/templates/${id}`)

  describe('a template', () => {
    it("is added as in the page's example, and listed", async () => {
      const answer = await add({ id: 'AT0002', keywordIds: [3, 4, 5] })
      expect(answer.status).toBe(201)
      expectShape(addTemplateReply, answer.body)
      const [call] = await platformCalls(server, '/cgi-bin/wxopen/template/add')
      expect(call).toMatchObject({
        method: 'POST',
        body: { id: 'AT0002', keyword_id_list: [3, 4, 5] },
      })
      expect((await held()).at(-1)).toEqual({
        templateId: answer.body.templateId,
        title: '购买成功通知',
        content:
          '购买地点{{keyword1.DATA}}\n购买时间{{keyword2.DATA}}\n物品名称{{keyword3.DATA}}\n',
        example: '购买地点：TIT造舰厂\n购买时间：2016年6月6日\n物品名称：咖啡\n',
      })
    })

    it('keeps the order of its keywords', async () => {
      await add({ id: 'AT0002', keywordIds: [5, 3, 4] })
      expect((await held()).at(-1)?.content).toMatch(/^物品名称.*\n购买地点.*\n购买时间.*\n$/)
    })

    it('is deleted, and a second time is a 404', async () => {
      const answer = await remove(template)
      expect(answer).toMatchObject({ status: 204, text: '' })
      const [call] = await platformCalls(server, '/cgi-bin/wxopen/template/del')
      expect(call).toMatchObject({ method: 'POST', body: { template_id: template } })
      expect(await held()).toEqual([])
      expectProblem(await remove(template), 404, 'not_found')
    })

    it.each([
      ['a title that does not exist', { id: 'AT9999', keywordIds: [1] }],
      ['a keyword of another title', { id: 'AT0002', keywordIds: [3, 99] }],
    ])('is refused by WeChat with %s', async (_, body) => {
      expectProblem(await server.ask('POST /v1/templates', { body }), 422, 'wechat_refused')
    })

    it.each([
      [{ id: '', keywordIds: [3] }, '/id'],
      [{ id: 2, keywordIds: [3] }, '/id'],
      [{ id: 'AT0002' }, '/keywordIds'],
      [{ id: 'AT0002', keywordIds: [] }, '/keywordIds'],
      [{ id: 'AT0002', keywordIds: [3, 3] }, '/keywordIds'],
      [{ id: 'AT0002', keywordIds: Array.from({ length: 11 }, (_, i) => i + 1) }, '/keywordIds'],
      [{ id: 'AT0002', keywordIds: ['3'] }, '/keywordIds/0'],
      [{ id: 'AT0002', keywordIds: [0] }, '/keywordIds/0'],
      [{ id: 'AT0002', keywordIds: [1.5] }, '/keywordIds/0'],
      [{ id: 'AT0002', keywordIds: [3], title: '购买成功通知' }, '/title'],
    ])('is rejected before a call with %j', async (body, path) => {
      expectProblem(await server.ask('POST /v1/templates', { body }), 400, 'invalid_body', path)
      expect(await platformCalls(server, '/cgi-bin/wxopen/template/add')).toEqual([])
    })
  })
})

describe('GET /v1/template-library', () => {
  const server = useReach()

  const list = (query: string) =>
    server.ask<TemplateLibraryReply>(`GET /v1/template-library${query}`)

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

    it('gives twenty by default, and fewer at the end', async () => {
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
      expectProblem(
        await server.ask(`GET /v1/template-library?${query}`),
        400,
        'invalid_query',
        path,
      )
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
      'replies 404 for the id %.20s',
      async (id) => {
        expectProblem(await server.ask(`GET /v1/template-library/${id}`), 404, 'not_found')
      },
    )

    it('is a problem while WeChat is unreachable', async () => {
      const path = '/cgi-bin/wxopen/template/library/get'
      await server.sandbox('POST /sandbox/faults', { body: { path, hangUp: true } })
      expectProblem(await server.ask('GET /v1/template-library/AT0002'), 503, 'wechat_unreachable')
    })
  })

  it('is refused in the edition 2026, with the reason', async () => {
    await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
    const answer = await server.ask('GET /v1/template-library')
    expectProblem(answer, 422, 'wechat_refused')
    expect(answer.body.wechat).toMatchObject({ errcode: 45103, meaning: 'template_send_retired' })
  })
})

describe('POST /v1/templates/lint', () => {
  const server = useReach()

  async function rules(body: object): Promise<string[]> {
    const answer = await server.ask<LintReply>('POST /v1/templates/lint', { body })
    expect(answer.status).toBe(200)
    expectShape(lintReply, answer.body)
    return answer.body.problems.map(({ rule, certainty }) => `${rule} ${certainty}`)
  }
  const hold = (title: string) => server.sandbox('POST /sandbox/templates', { body: { title } })

  describe('the linter', () => {
    it('finds nothing in a title and keywords that pass', async () => {
      const keywords = [{ name: '航班号', example: 'CZ3101' }, '起飞时间']
      expect(await rules({ title: '航班起飞提醒', keywords })).toEqual([])
    })

    it("compares with the account's templates", async () => {
      expect(await rules({ title: '购买成功通知', keywords: [] })).toEqual(['1.1 sure'])
    })

    it('compares with all pages of them', async () => {
      for (let n = 0; n < 20; n++) await hold(`第${n}号航班起飞提醒`)
      await hold('快递签收通知')
      expect(await rules({ title: '快递签收通知', keywords: [] })).toEqual(['1.1 sure'])
    })

    it('compares with the titles that the caller names', async () => {
      const body = { title: '航班起飞提醒', keywords: [], otherTitles: ['航班起飞提醒'] }
      expect(await rules(body)).toEqual(['1.1 sure'])
    })

    it('compares with the titles of the library, which it reads once a day', async () => {
      const library = '/cgi-bin/wxopen/template/library/list'
      // 付款成功通知 and 缴费成功通知.
      const alike = ['1.2 maybe', '1.2 maybe']
      expect(await rules({ title: '支付成功提醒', keywords: [] })).toEqual(alike)
      expect(await rules({ title: '付款成功通知', keywords: [] })).toEqual(['1.1 maybe'])
      // 599 titles, 20 a page.
      expect(await platformCalls(server, library)).toHaveLength(30)
      server.monotonic.advance(day)
      await rules({ title: '支付成功提醒', keywords: [] })
      expect(await platformCalls(server, library)).toHaveLength(60)
    })

    it('compares with the public titles of the categories in edition 2026', async () => {
      await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
      server.reach.apps.setEdition(server.reach.apps.all[0]!.appId, '2026')
      expect(await rules({ title: '支付成功提醒', keywords: [] })).toEqual(['1.2 maybe'])
    })

    it("compares with the account's subscribe templates in edition 2026", async () => {
      await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
      server.reach.apps.setEdition(server.reach.apps.all[0]!.appId, '2026')
      await hold('快递签收通知')
      expect(await rules({ title: '快递签收通知', keywords: [] })).toEqual(['1.1 sure'])
    })

    it('checks the other rules when the account has no templates in its edition', async () => {
      await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
      expect(await rules({ title: '购买成功', keywords: [] })).toEqual(['1.3 sure'])
    })

    it.each(['/cgi-bin/wxopen/template/list', '/cgi-bin/wxopen/template/library/list'])(
      'gives no partial result while WeChat does not reply at %s',
      async (path) => {
        await server.sandbox('POST /sandbox/faults', { body: { path, hangUp: true } })
        const body = { title: '航班起飞提醒', keywords: [] }
        expectProblem(
          await server.ask('POST /v1/templates/lint', { body }),
          503,
          'wechat_unreachable',
        )
      },
    )

    it.each([
      [{ title: '', keywords: [] }, '/title'],
      [{ title: '通知'.repeat(33), keywords: [] }, '/title'],
      [{ title: '购买通知' }, '/keywords'],
      [{ title: '购买通知', keywords: '地点' }, '/keywords'],
      [{ title: '购买通知', keywords: [5] }, '/keywords/0'],
      [{ title: '购买通知', keywords: [], otherTitles: [''] }, '/otherTitles/0'],
      [{ title: '购买通知', keywords: [], others: [] }, '/others'],
    ])('refuses %j', async (body, path) => {
      expectProblem(
        await server.ask('POST /v1/templates/lint', { body }),
        400,
        'invalid_body',
        path,
      )
    })
  })
})
