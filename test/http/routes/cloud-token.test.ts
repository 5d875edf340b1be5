/** A server in 微信云托管, which adds the access_token to its calls (WECHAT_TOKEN=cloud). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Message } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { startReach, type StartedReach } from '../../support/server/start-reach.ts'

const openId = 'alice-0001'

let server: StartedReach
beforeEach(async () => {
  server = await startReach({ settings: { cloudToken: true } })
  await setCloudRun(true)
})
afterEach(() => server.close())

const setCloudRun = (on: boolean) => server.sandbox('POST /sandbox/cloud-run', { body: { on } })

/** The calls of the platform. */
const calls = async () => {
  const { body } = await server.sandbox<{ calls: { path: string; query: object }[] }>(
    'GET /sandbox/calls',
  )
  return body.calls
}

async function send(): Promise<Message> {
  const phone = await server.phone(openId)
  const formId = await phone.submitForm()
  await phone.postEvents({ type: 'form.submitted', formId, page: 'pages/a' })
  const { body } = await server.ask<Message>('POST /v1/messages', {
    body: { channel: 'template', openId, templateId: template },
    headers: { 'Idempotency-Key': 'one' },
  })
  return body
}

describe('a server without an access_token', () => {
  it('signs a user in and sends, and no call of its own carries or fetches a token', async () => {
    server.reach.start()
    expect(await send()).toMatchObject({ state: 'sent' })
    expect((await server.ask('GET /v1/templates')).status).toBe(200)
    const code = { kind: 'qrcode', path: 'pages/a' }
    expect((await server.ask('POST /v1/codes', { body: code })).status).toBe(200)
    const called = await calls()
    expect(called.map(({ path }) => path)).toEqual([
      '/sns/jscode2session',
      '/cgi-bin/message/wxopen/template/send',
      '/cgi-bin/wxopen/template/list',
      '/cgi-bin/wxaapp/createwxaqrcode',
    ])
    expect(JSON.stringify(called.map(({ query }) => query))).not.toContain('access_token')
  })

  it.each<[string, object]>([
    ['GET /v1/access-token', {}],
    ['POST /v1/access-token/refresh', { body: { rejected: 'a-token-of-another-day' } }],
  ])('answers %s with 404, and says who has the token', async (at, asked) => {
    const answer = await server.ask(at, asked)
    expectProblem(answer, 404, 'not_found')
    expect(answer.text).toContain('微信云托管')
  })

  it('refuses a message, and gives the credit back, when none is added to its call', async () => {
    await setCloudRun(false)
    expect(await send()).toMatchObject({
      state: 'refused',
      reason: { code: 'credentials', wechat: { errcode: 41001 } },
    })
    const { body } = await server.ask<{ canReceive: object }>(`GET /v1/users/${openId}/credits`)
    expect(body.canReceive).toMatchObject({ template: { uses: 1 } })
    const sends = (await calls()).filter(({ path }) => path.endsWith('/template/send'))
    expect(sends).toHaveLength(1)
  })
})
