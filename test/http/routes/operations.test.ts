import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { broadcastStates, scopes } from '../../../shared/codes.ts'
import * as schemas from '../../../server/http/schemas/operations.ts'
import { createMetrics } from '../../../server/metrics/metrics.ts'
import { hour } from '../../../server/rules/time.ts'
import type { ReachApp } from '../../../server/runtime/apps.ts'
import { listen } from '../../../server/runtime/listen.ts'
import type { ReadyReply } from '../../../shared/wire/index.ts'
import { createAsk } from '../../support/server/http-client.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { message, template as templateId } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { user } from '../../support/server/start-pushes.ts'
import { apiKey, app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { usePhone, usePushes, useReach } from '../../support/server/use-reach.ts'

describe('GET /healthz and /readyz', () => {
  const server = useReach()

  const ready = () => server.ask<ReadyReply>('GET /readyz', { token: null })
  const healthy = () => server.ask('GET /healthz', { token: null })

  describe('a server that works', () => {
    it('reports it without a key', async () => {
      const health = await healthy()
      expect(health).toMatchObject({
        status: 200,
        type: expect.stringMatching(/^application\/json/),
      })
      expectShape(schemas.healthReply, health.body)
      const { status, body } = await ready()
      expectShape(schemas.readyReply, body)
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: 'ready', checks: { store: { ok: true }, process: { ok: true } } },
      })
    })
  })

  describe('a server with a suspended channel', () => {
    const other: ReachApp = { ...app, appId: 'wxfedcba9876543210' }
    let several: StartedReach
    beforeEach(async () => {
      const reader = { key: 'a-key-that-reads', scopes: ['read' as const] }
      const sender = { key: 'a-key-that-sends', scopes: ['send' as const] }
      several = await startReach({ apps: [app, other], apiKeys: [reader, sender] })
      for (const { appId } of [app, other]) {
        const path = '/cgi-bin/message/wxopen/template/send'
        await several.sandbox('POST /sandbox/faults', { body: { path, errcode: 48001, appId } })
        const alice = await several.phone('alice-0001', appId)
        await alice.postEvents({
          type: 'form.submitted',
          formId: await alice.submitForm(),
          page: 'pages/a',
        })
        await several.ask(`POST /v1/messages?appId=${appId}`, {
          body: message,
          headers: { 'Idempotency-Key': 'key-1' },
        })
      }
    })
    afterEach(() => several.close())

    const checks = async (token: string | null) => {
      const { status, body } = await several.ask<ReadyReply>('GET /readyz', { token })
      expectShape(schemas.readyReply, body)
      expect([status, body.status]).toEqual([200, 'ready'])
      return Object.keys(body.checks).sort()
    }

    it('names apps and channels to the holder of a key alone', async () => {
      expect(await checks(null)).toEqual(['process', 'store'])
      const all = ['process', 'store', `${app.appId} template`, `${other.appId} template`]
      expect(await checks('a-key-that-reads')).toEqual(all)
      const { body } = await several.ask<{ secret: string }>('POST /v1/api-keys', {
        body: { name: 'of one app', scopes: ['read'], appId: other.appId },
      })
      expect(await checks(body.secret)).toEqual(['process', 'store', `${other.appId} template`])
    })

    it('refuses a key that is unknown or lacks the scope read', async () => {
      const askWith = (token: string) => several.ask('GET /readyz', { token })
      expectProblem(await askWith('an-unknown-key'), 401, 'unauthorized')
      expectProblem(await askWith('a-key-that-sends'), 403, 'forbidden')
    })
  })

  describe('a server with a port of its own for metrics and readiness', () => {
    const statusesOf = async (part: 'public' | 'internal') => {
      const { createApp } = server.reach
      const listening = await listen(createApp(part).callback(), { port: 0, host: '127.0.0.1' })
      const ask = createAsk(listening.url, apiKey)
      const asked = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/v1/groups/tGgroup-0001']
      const statuses = Object.fromEntries(
        await Promise.all(asked.map(async (path) => [path, (await ask(`GET ${path}`)).status])),
      ) as Record<string, number>
      await listening.close(0)
      return statuses
    }

    it('serves them there alone, and nothing else', async () => {
      const group = '/v1/groups/tGgroup-0001'
      expect(await statusesOf('internal')).toEqual({
        '/healthz': 200,
        '/readyz': 200,
        '/metrics': 200,
        '/openapi.json': 404,
        [group]: 404,
      })
      const atPublic = await statusesOf('public')
      expect(atPublic).toMatchObject({ '/healthz': 200, '/readyz': 404, '/metrics': 404 })
      expect(atPublic).toMatchObject({ '/openapi.json': 200 })
    })
  })

  describe('a server that stops', () => {
    it('is not ready, and still replies', async () => {
      server.reach.drain()
      expect(await ready()).toMatchObject({
        status: 503,
        body: { status: 'not_ready', checks: { process: { ok: false, detail: 'stopping' } } },
      })
      expect((await healthy()).status).toBe(200)
      expect((await server.ask('GET /v1/users/alice-0001/credits')).status).toBe(200)
    })
  })

  describe('a server whose database is unavailable', () => {
    it('is healthy and not ready', async () => {
      await server.reach.close()
      expect((await healthy()).status).toBe(200)
      const { status, body } = await ready()
      expectShape(schemas.readyReply, body)
      expect(status).toBe(503)
      expect(body).toMatchObject({ status: 'not_ready', checks: { store: { ok: false } } })
    })

    it('replies 503 with Retry-After to requests that write', async () => {
      const alice = await server.phone('alice-0001')
      await alice.postEvents({ type: 'share.opened', scene: 1001, page: 'a' })
      await server.reach.close()
      const form = { id: 'event-0001', at: 0, type: 'form.submitted', formId: 'f-1', page: 'a' }
      const answers = [
        await alice.post({ sentAt: 0, events: [form] }),
        await server.ask('POST /v1/messages', {
          body: message,
          headers: { 'Idempotency-Key': 'key-1' },
        }),
        await server.ask('POST /v1/credits/payment', {
          body: { openId: 'alice-0001', prepayId: 'wx2018' },
        }),
      ]
      for (const answer of answers) {
        expectProblem(answer, 503, 'store_unavailable')
        expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      }
    })
  })
})

describe('GET /metrics', () => {
  const reader = { key: 'a-key-that-reads', scopes: ['read' as const] }
  const sender = { key: 'a-key-that-sends', scopes: scopes.filter((scope) => scope !== 'read') }
  const timeoutMs = 300

  const server = usePushes({
    apiKeys: [reader, sender],
    settings: { wechatTimeouts: { timeoutMs } },
  })
  const alice = usePhone(server, user)

  const path = '/cgi-bin/message/wxopen/template/send'
  const fault = (body: object) => server.control('faults', { path, ...body })
  const template = () => server.send({ ...message, openId: user })
  const pay = async () =>
    server.ask('POST /v1/credits/payment', {
      body: { openId: user, prepayId: await alice.pay() },
    })

  /** Values by name and labels, without the buckets of histograms. */
  async function read(): Promise<Map<string, number>> {
    const { text } = await server.ask('GET /metrics')
    const lines = text.split('\n').filter((line) => !/^#|^$|_bucket/.test(line))
    return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)![0])]))
  }
  /** The values of one metric by their labels, as `a=b,c=d`. */
  async function series(name: string): Promise<Record<string, number>> {
    const found = [...(await read())].filter(([key]) => key.startsWith(`wx_reach_${name}{`))
    return Object.fromEntries(
      found.map(([key, value]) => [/\{(.*)\}/.exec(key)![1]!.replaceAll('"', ''), value]),
    )
  }

  describe('the endpoint', () => {
    it('is text for Prometheus, for keys with the scope read', async () => {
      const answer = await server.ask('GET /metrics', { token: reader.key })
      expect([answer.status, answer.type]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ])
      expect(answer.text).toContain('# TYPE wx_reach_http_requests_total counter')
      expectProblem(await server.ask('GET /metrics', { token: sender.key }), 403, 'forbidden')
      expectProblem(await server.ask('GET /metrics', { token: null }), 401, 'unauthorized')
      expectProblem(await server.ask('GET /metrics', { token: alice.token }), 401, 'unauthorized')
      expectProblem(await server.ask('GET /metrics?app=1'), 400, 'invalid_query', 'query/app')
    })

    it('needs no appId when the server serves several apps', async () => {
      const other = { ...app, appId: 'wxfedcba9876543210' }
      const several = await startReach({ apps: [app, other] })
      expect((await several.ask('GET /metrics')).text).toContain(`app="${other.appId}"`)
      expect((await several.ask(`GET /metrics?appId=${app.appId}`)).status).toBe(200)
      await several.close()
    })

    it('is a 404 for a server without metrics', async () => {
      const without = await startReach({ settings: { metrics: undefined } })
      expectProblem(await without.ask('GET /metrics'), 404, 'not_found')
      await without.close()
    })

    it('includes the process by default', async () => {
      expect(await createMetrics().read()).toMatch(/^process_resident_memory_bytes \d/m)
      expect(await createMetrics({ process: false }).read()).not.toMatch(/^(process|nodejs)_/m)
    })
  })

  describe('the metrics', () => {
    it('count requests by route and status, and how long they took', async () => {
      await server.ask(`GET /v1/users/${user}/credits`)
      await server.ask('GET /v1/users/bob-0001/credits')
      await server.ask(`GET /v1/users/${user}/credits`, { token: null })
      const route = 'method=GET,route=/v1/users/:openId/credits'
      expect(await series('http_requests_total')).toMatchObject({
        [`${route},status=200`]: 2,
        [`${route},status=401`]: 1,
      })
      expect(await series('http_request_duration_seconds_count')).toMatchObject({
        [`${route},status=200`]: 2,
      })
    })

    it('count messages by their final state, and calls of WeChat by their result', async () => {
      await alice.earnForm()
      await pay()
      await template()
      await fault({ errcode: 40037 })
      await template()
      await fault({ hangUp: true })
      await template()
      const of = `app=${app.appId},channel=template`
      expect(await series('messages_total')).toEqual({
        [`${of},state=sent,reason=`]: 1,
        [`${of},state=refused,reason=template_unknown`]: 1,
        [`${of},state=unknown,reason=outcome_unknown`]: 1,
      })
      expect(await series('wechat_calls_total')).toMatchObject({
        [`endpoint=${path},result=answered,errcode=0`]: 1,
        [`endpoint=${path},result=answered,errcode=40037`]: 1,
        [`endpoint=${path},result=unknown,errcode=`]: 1,
      })
      expect(await series('wechat_call_duration_seconds_count')).toMatchObject({
        [`endpoint=${path}`]: 3,
      })
      expect(await series('token_fetches_total')).toEqual({
        [`app=${app.appId},result=fetched`]: 1,
      })
    })

    it('count an unknown message again when a late reply settles it', async () => {
      await pay()
      await fault({ delayMs: hour / 6 })
      const { body } = await template()
      expect(body.state).toBe('unknown')
      server.monotonic.advance(hour)
      while (
        (await server.ask<{ state: string }>(`GET /v1/messages/${body.id}`)).body.state !== 'sent'
      );
      expect(await series('unknown_messages_settled_total')).toEqual({
        [`app=${app.appId},channel=template,state=sent`]: 1,
      })
      expect(await series('wechat_late_replies_total')).toEqual({
        [`endpoint=${path},result=answered`]: 1,
      })
    })

    it('count events by type and status, and use no text of a phone as a label', async () => {
      const formId = await alice.submitForm()
      const form = { type: 'form.submitted', formId, page: 'pages/a' }
      await alice.postEvents(
        form,
        form,
        { type: 'form.submitted' },
        { type: 'of-another-version' },
        5 as never,
      )
      expect(await series('events_total')).toEqual({
        'type=form.submitted,status=accepted': 1,
        'type=form.submitted,status=duplicate': 1,
        'type=form.submitted,status=rejected': 1,
        'type=other,status=rejected': 2,
      })
    })

    it('count the credits by kind and source', async () => {
      await alice.earnForm()
      await alice.earnForm()
      await pay()
      await server.push({ msgtype: 'text', content: 'hi' })
      await alice.postEvents({ type: 'subscription.answered', answers: { once: 'accept' } })
      await alice.postEvents({ type: 'payment.made', prepayId: await alice.pay() })
      expect(await series('credits_recorded_total')).toEqual({
        'kind=form,source=phone': 2,
        'kind=payment,source=backend': 1,
        'kind=payment,source=phone': 1,
        'kind=subscription,source=phone': 1,
        'kind=wrote,source=push': 1,
      })
    })

    it('count broadcasts by state, and their recipients by what became of them', async () => {
      const kept = (state: string) => [`app=${app.appId},state=${state}`, 0] as const
      expect(await series('broadcasts')).toEqual(Object.fromEntries(broadcastStates.map(kept)))
      const { body } = await server.ask<{ id: string }>('POST /v1/broadcasts', {
        body: { channel: 'template', templateId, audience: { from: 'list' } },
        headers: { 'Idempotency-Key': 'of-metrics' },
      })
      const part = Buffer.from('{"openId":"nobody-0001"}')
      await server.ask(`POST /v1/broadcasts/${body.id}/recipients`, { body: part })
      await server.ask(`POST /v1/broadcasts/${body.id}/start`)
      expect(await series('broadcasts')).toMatchObject({ [kept('running')[0]]: 1 })
      server.reach.start()
      for (
        let look = 0;
        look < 200 && (await series('broadcasts'))[kept('done')[0]] === 0;
        look++
      ) {
        server.monotonic.advance(hour)
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(await series('broadcast_recipients_settled_total')).toEqual({
        [`app=${app.appId},state=refused,reason=no_credit`]: 1,
      })
    })

    it('report a suspended channel until it is resumed', async () => {
      const stopped = async () =>
        Object.entries(await series('channel_suspended')).flatMap(([key, value]) =>
          value ? key : [],
        )
      expect(Object.keys(await series('channel_suspended'))).toHaveLength(6)
      expect(await stopped()).toEqual([])
      await pay()
      await fault({ errcode: 48001 })
      await template()
      expect(await stopped()).toEqual([`app=${app.appId},channel=template,kind=shut`])
      await server.ask('DELETE /v1/suspensions/template')
      await fault({ errcode: 45009 })
      await template()
      expect(await stopped()).toEqual([`app=${app.appId},channel=template,kind=pause`])
      server.clock.advance(12 * hour)
      expect(await stopped()).toEqual([])
    })

    it('time the writes of the store', async () => {
      await alice.earnForm()
      const counts = await series('store_write_duration_seconds_count')
      expect(counts).toMatchObject({ 'operation=ingest': 1 })
      expect((await read()).get('wx_reach_store_writes_waiting')).toBe(0)
    })

    it('are served while the database is unavailable', async () => {
      await server.reach.close()
      expect((await server.ask('GET /metrics')).status).toBe(200)
      expect(await series('channel_suspended')).toEqual({})
    })

    it('contain no openId, no formId and no secret', async () => {
      await pay()
      // The last one rejects the payment.
      for (const one of [{ hangUp: true }, { status: 502 }, { errcode: 41028 }]) {
        await fault(one)
        await template()
      }
      await alice.earnForm()
      const { text } = await server.ask('GET /metrics')
      expect(text).toMatch(/state="unknown"/)
      const lines = server.lines as string[]
      // `close` searches the log for every secret that was sent or received.
      lines.push(text)
    })
  })
})
