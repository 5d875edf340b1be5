import { describe, expect, it } from '@jest/globals'
import { webhookEventTypes } from '../../../shared/codes.ts'
import type {
  CreatedWebhookReply,
  ReplayReply,
  WebhooksReply,
  WebhookWithDeliveries,
} from '../../../shared/wire/index.ts'
import * as schemas from '../../../server/http/schemas/webhooks.ts'
import { webhookRules } from '../../../server/rules/webhooks.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'
import { startReceiver, type Receiver } from '../../webhooks/receiver.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
const url = 'https://shop.example/hooks'

async function make(server: StartedReach, body: object = { url }, query = '') {
  const answer = await server.ask<CreatedWebhookReply>(`POST /v1/webhooks${query}`, { body })
  expect(answer).toMatchObject({ status: 201 })
  expectShape(schemas.createdWebhookReply, answer.body)
  return answer.body
}

describe('POST /v1/webhooks', () => {
  const server = useReach({ apiKeys: [{ key: 'key-that-is-admin', scopes: ['admin', 'read'] }] })

  it('makes a webhook whose secret only this reply holds', async () => {
    const answer = await server.ask<CreatedWebhookReply>('POST /v1/webhooks', { body: { url } })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const { secret, ...webhook } = answer.body
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhook).toEqual({
      id: expect.stringMatching(/^wh_[\w-]{12}$/),
      url,
      events: [...webhookEventTypes],
      createdAt: new Date(server.clock.now()).toISOString(),
      state: 'enabled',
    })
    for (const path of ['', `/${webhook.id}`]) {
      const { text } = await server.ask(`GET /v1/webhooks${path}`)
      expect(text).toContain(webhook.id)
      expect(text).not.toContain(secret)
    }
  })

  it.each([
    ['http://shop.example/hooks', 'https'],
    ['ftp://shop.example/hooks', 'https'],
    ['hooks', 'https'],
    ['https://user:word@shop.example/', 'a user or a password'],
    ['https://127.0.0.1/', 'public'],
    ['https://[::ffff:10.0.0.1]/', 'public'],
    ['https://0x7f000001/', 'public'],
    ['https://169.254.169.254/latest', 'public'],
    ['https://localhost./', 'public'],
    ['https://a.localhost/', 'public'],
  ])('refuses the address %s', async (bad, words) => {
    const answer = await server.ask('POST /v1/webhooks', { body: { url: bad } })
    expectProblem(answer, 400, 'invalid_body', '/url')
    expect(answer.text).toContain(words)
  })

  it.each([
    [{ url, events: [] }, '/events'],
    [{ url, events: ['message.created'] }, '/events/0'],
    [{ url, secret: 'mine' }, '/secret'],
    [{ url: `https://shop.example/${'a'.repeat(webhookRules.maxUrl)}` }, '/url'],
  ])('refuses %j', async (body, path) => {
    expectProblem(await server.ask('POST /v1/webhooks', { body }), 400, 'invalid_body', path)
  })

  it('refuses more webhooks than an app may have, until one is deleted', async () => {
    const made: CreatedWebhookReply[] = []
    for (let n = 0; n < webhookRules.most; n++) made.push(await make(server))
    const ask = () => server.ask('POST /v1/webhooks', { body: { url } })
    expectProblem(await ask(), 409, 'too_many_webhooks')
    expect((await server.ask(`DELETE /v1/webhooks/${made[0]!.id}`)).status).toBe(204)
    expect((await ask()).status).toBe(201)
  })

  it('is for keys with the scope webhooks, as all about webhooks is', async () => {
    const token = 'key-that-is-admin'
    for (const at of ['GET /v1/webhooks', 'GET /v1/webhooks/a', 'DELETE /v1/webhooks/a']) {
      expectProblem(await server.ask(at, { token }), 403, 'forbidden')
    }
    for (const at of ['POST /v1/webhooks', 'POST /v1/webhooks/a/replay']) {
      expectProblem(await server.ask(at, { token, body: { url } }), 403, 'forbidden')
    }
  })
})

describe('the webhooks of two apps', () => {
  const server = useReach({ apps: [app, other] })
  const [mine, others] = [`?appId=${app.appId}`, `?appId=${other.appId}`]

  it('are each of its app alone', async () => {
    const { secret: _, ...webhook } = await make(server, { url }, mine)
    const listed = await server.ask<WebhooksReply>(`GET /v1/webhooks${mine}`)
    expectShape(schemas.webhooksReply, listed.body)
    expect(listed.body).toEqual({ webhooks: [{ ...webhook, waiting: 0, dead: 0 }] })
    expect((await server.ask(`GET /v1/webhooks${others}`)).body).toEqual({ webhooks: [] })
    const path = `/v1/webhooks/${webhook.id}`
    expectProblem(await server.ask(`GET ${path}${others}`), 404, 'not_found')
    expectProblem(await server.ask(`DELETE ${path}${others}`), 404, 'not_found')
    const body = {}
    expectProblem(await server.ask(`POST ${path}/replay${others}`, { body }), 404, 'not_found')
    expect((await server.ask(`GET ${path}${mine}`)).status).toBe(200)
  })
})

describe('a webhook of a server that has started', () => {
  const server = useReach({
    settings: { webhooks: { allowHttp: true, allowPrivate: true } },
  })
  usePhone(server)
  let status = 204
  const startOne = () => startReceiver((reply) => reply.writeHead(status).end())

  type Ready = (webhook: WebhookWithDeliveries) => boolean

  async function receive(receiver: Receiver, many: number): Promise<void> {
    while (receiver.received.length < many) await server.ask('GET /healthz')
  }
  async function look(id: string, query = '', ready: Ready = () => true) {
    for (;;) {
      const { body } = await server.ask<WebhookWithDeliveries>(`GET /v1/webhooks/${id}${query}`)
      expectShape(schemas.webhookWithDeliveries, body)
      if (ready(body)) return body
    }
  }

  it('is told, listed, counted, and told again by a replay', async () => {
    status = 500
    const receiver = await startOne()
    try {
      const { id } = await make(server, { url: receiver.url, events: ['message.settled'] })
      server.reach.start()
      const sent = await server.ask<{ id: string }>('POST /v1/messages', {
        body: message,
        headers: { 'Idempotency-Key': 'order-1' },
      })
      expect(sent.status).toBe(201)
      await receive(receiver, 1)
      const failing = await look(id, '', (one) => one.state === 'failing')
      expect(failing).toMatchObject({
        waiting: 1,
        dead: 0,
        failure: 'HTTP_500',
        failingSince: expect.any(String),
        deliveries: [
          {
            id: receiver.received[0]!.id,
            type: 'message.settled',
            state: 'waiting',
            attempts: 1,
            status: 500,
            failure: 'HTTP_500',
          },
        ],
      })
      expect(receiver.received[0]!.event.data).toMatchObject({ messageId: sent.body.id })
      status = 204
      server.monotonic.advance(2 * webhookRules.retryAfterMs[0]!)
      await receive(receiver, 2)
      const told = await look(id, '?state=delivered', ({ state }) => state === 'enabled')
      expect(told).toMatchObject({
        waiting: 0,
        state: 'enabled',
        deliveries: [{ attempts: 2, status: 204 }],
      })
      expect((await look(id, '?state=dead')).deliveries).toEqual([])

      const replay = (body: object) =>
        server.ask<ReplayReply>(`POST /v1/webhooks/${id}/replay`, { body })
      expect((await replay({})).body).toEqual({ queued: 0 })
      const since = new Date(server.clock.now() - 1_000).toISOString()
      expect((await replay({ since })).body).toEqual({ queued: 1 })
      await receive(receiver, 3)
      expect(new Set(receiver.received.map((one) => one.id)).size).toBe(1)
      expectProblem(await replay({ until: since }), 400, 'invalid_body', '/until')
      expectProblem(await replay({ since, until: since }), 400, 'invalid_body', '/until')

      const metrics = await server.ask('GET /metrics')
      const series = 'wx_reach_webhook_deliveries_total{event="message.settled",result='
      expect(metrics.text).toContain(`${series}"retried"} 1`)
      const audit = await server.ask('GET /v1/audit')
      expect(audit.text).toContain('POST /v1/webhooks/:id/replay')
    } finally {
      await receiver.close()
    }
  })
})
