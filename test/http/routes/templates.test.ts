import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/templates.ts'
import type { TemplatesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const list = (query = '') => server.ask<TemplatesReply>(`GET /v1/templates${query}`)

describe("the account's templates", () => {
  it('are those that the platform holds', async () => {
    const answer = await list()
    expect(answer.status).toBe(200)
    expectShape(schemas.templatesReply, answer.body)
    expect(answer.body.templates.map(({ templateId }) => templateId)).toEqual([template])
  })

  it('come by pages', async () => {
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

  it('are to be asked for later when the calls of the day are used up', async () => {
    const path = '/cgi-bin/wxopen/template/list'
    await server.sandbox('POST /sandbox/faults', { body: { path, errcode: 45_009 } })
    const answer = await list()
    expectProblem(answer, 429, 'rate_limited')
    expect(answer.body).toMatchObject({ wechat: { errcode: 45_009, meaning: 'quota_exhausted' } })
    expect(answer.headers.get('Retry-After')).toBe('3600')
  })
})
