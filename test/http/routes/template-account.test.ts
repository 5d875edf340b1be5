import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { addTemplateReply } from '../../../server/http/schemas/templates.ts'
import type { AddTemplateReply, TemplatesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

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
      content: '购买地点{{keyword1.DATA}}\n购买时间{{keyword2.DATA}}\n物品名称{{keyword3.DATA}}\n',
      example: '购买地点：TIT造舰厂\n购买时间：2016年6月6日\n物品名称：咖啡\n',
    })
  })

  it('keeps the order of its keywords', async () => {
    await add({ id: 'AT0002', keywordIds: [5, 3, 4] })
    expect((await held()).at(-1)?.content).toMatch(/^物品名称.*\n购买地点.*\n购买时间.*\n$/)
  })

  it('is deleted, and then it is not there', async () => {
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
  ])('is not asked for with %j', async (body, path) => {
    expectProblem(await server.ask('POST /v1/templates', { body }), 400, 'invalid_body', path)
    expect(await platformCalls(server, '/cgi-bin/wxopen/template/add')).toEqual([])
  })
})
