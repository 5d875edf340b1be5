/** A server in 微信云托管, which adds the access_token to its calls (WECHAT_TOKEN=cloud). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Message } from '../../../shared/wire/index.ts'
import { startCloudRun, type CloudRun } from '../../support/server/cloud-run.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { startReach, type StartedReach } from '../../support/server/start-reach.ts'

const openId = 'alice-0001'

let cloud: CloudRun
let server: StartedReach
beforeEach(async () => {
  cloud = await startCloudRun()
  server = await startReach({ settings: { apiBase: cloud.url, cloudToken: true } })
  cloud.setPlatform(server.sandboxUrl)
})
afterEach(async () => {
  await server.close()
  await cloud.close()
})

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
    const paths = cloud.calls.map((call) => call.split('?')[0])
    expect(paths).toEqual([
      '/sns/jscode2session',
      '/cgi-bin/message/wxopen/template/send',
      '/cgi-bin/wxopen/template/list',
      '/cgi-bin/wxaapp/createwxaqrcode',
    ])
    expect(cloud.calls.join()).not.toContain('access_token')
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
    cloud.setOn(false)
    expect(await send()).toMatchObject({
      state: 'refused',
      reason: { code: 'credentials', wechat: { errcode: 41001 } },
    })
    const { body } = await server.ask<{ canReceive: object }>(`GET /v1/users/${openId}/credits`)
    expect(body.canReceive).toMatchObject({ template: { uses: 1 } })
    expect(cloud.calls.filter((call) => call.includes('/template/send'))).toHaveLength(1)
  })
})
