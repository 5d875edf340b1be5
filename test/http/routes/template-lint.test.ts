import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { lintReply } from '../../../server/http/schemas/templates.ts'
import type { LintReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

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

  it('compares with those that are beyond the first page', async () => {
    for (let n = 0; n < 20; n++) await hold(`第${n}号航班起飞提醒`)
    await hold('快递签收通知')
    expect(await rules({ title: '快递签收通知', keywords: [] })).toEqual(['1.1 sure'])
  })

  it('compares with the titles that the caller names', async () => {
    const body = { title: '航班起飞提醒', keywords: [], otherTitles: ['航班起飞提醒'] }
    expect(await rules(body)).toEqual(['1.1 sure'])
  })

  it("compares with the account's subscribe templates in edition 2026", async () => {
    await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
    server.reach.apps.setEdition(server.reach.apps.all[0]!.appId, '2026')
    await hold('快递签收通知')
    expect(await rules({ title: '快递签收通知', keywords: [] })).toEqual(['1.1 sure'])
  })

  it('judges by the rest where the account may not hold templates any more', async () => {
    await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
    expect(await rules({ title: '购买成功', keywords: [] })).toEqual(['1.3 sure'])
  })

  it('says nothing while WeChat cannot be asked, rather than half of it', async () => {
    const path = '/cgi-bin/wxopen/template/list'
    await server.sandbox('POST /sandbox/faults', { body: { path, hangUp: true } })
    const body = { title: '航班起飞提醒', keywords: [] }
    expectProblem(await server.ask('POST /v1/templates/lint', { body }), 503, 'wechat_unreachable')
  })

  it.each([
    [{ title: '', keywords: [] }, '/title'],
    [{ title: '通知'.repeat(33), keywords: [] }, '/title'],
    [{ title: '购买通知' }, '/keywords'],
    [{ title: '购买通知', keywords: '地点' }, '/keywords'],
    [{ title: '购买通知', keywords: [5] }, '/keywords/0'],
    [{ title: '购买通知', keywords: [], otherTitles: [''] }, '/otherTitles/0'],
    [{ title: '购买通知', keywords: [], others: [] }, '/others'],
  ])('refuses %j', async (body, path) => {
    expectProblem(await server.ask('POST /v1/templates/lint', { body }), 400, 'invalid_body', path)
  })
})
