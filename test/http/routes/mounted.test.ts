import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Router from '@koa/router'
import Koa from 'koa'
import { maxQueryParameters } from '../../../server/rules/requests.ts'
import { scopes } from '../../../shared/codes.ts'
import { createReachServer, type ReachServer } from '../../../server/reach-server.ts'
import { listen, type Listening } from '../../../server/runtime/listen.ts'
import { createRecordedLog } from '../../support/logs/recorded-log.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { createAsk, type Ask } from '../../support/server/http-client.ts'
import { apiKey, app } from '../../support/server/start-reach.ts'

let reach: ReachServer
let listening: Listening
let ask: Ask
let errors: unknown[]
let log: ReturnType<typeof createRecordedLog>

/** Another Koa app, with its own error handler, parser, routes and final reply. */
async function mount(...before: Koa.Middleware[]): Promise<void> {
  const theirs = new Koa()
  theirs.on('error', (error) => void errors.push(error))
  theirs.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      errors.push(error)
      ctx.status = 418
    }
  })
  for (const middleware of before) theirs.use(middleware)
  theirs.use(reach.router.routes())
  const router = new Router()
  router.get('/healthz', (ctx) => void (ctx.body = 'theirs'))
  router.post('/v1/messages', (ctx) => void (ctx.body = 'theirs'))
  router.get('/fails', () => {
    throw new Error('theirs')
  })
  theirs.use(router.routes())
  theirs.use((ctx) => void ((ctx.status = 404), (ctx.body = 'their last word')))
  listening = await listen(theirs.callback(), { port: 0, host: '127.0.0.1' })
  ask = createAsk(listening.url, apiKey)
}

beforeEach(() => {
  errors = []
  log = createRecordedLog()
  reach = createReachServer(
    {
      apps: [app],
      apiBase: 'http://127.0.0.1:9',
      apiKeys: [{ key: apiKey, scopes }],
      secretKeys: [Buffer.alloc(32, 1)],
      database: { engine: 'sqlite', path: ':memory:' },
      trustedProxies: 0,
      prefix: '/reach',
    },
    { log },
  )
})
afterEach(async () => {
  await listening.close(0)
  await reach.close()
})

const payment = { openId: 'alice-0001', prepayId: 'wx2018' }

describe('a server mounted in another Koa app', () => {
  it('describes its routes at its prefix', async () => {
    await mount()
    const { body } = await ask<{ servers: object[] }>('GET /reach/openapi.json')
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/reach' }] })
    expect(JSON.parse(JSON.stringify(reach.openapi()))).toEqual(body)
  })

  it('handles its prefix and leaves all else to the app', async () => {
    await mount()
    expect((await ask('GET /reach/healthz')).body).toEqual({ status: 'ok' })
    expect((await ask('GET /healthz')).text).toBe('theirs')
    expect((await ask('POST /v1/messages')).text).toBe('theirs')
    expect((await ask('GET /reach/v1/nothing')).text).toBe('their last word')
    expect((await ask('DELETE /reach/v1/messages')).text).toBe('their last word')
    expect((await ask('GET /')).text).toBe('their last word')
  })

  it('keeps the id that the app gave the request', async () => {
    await mount((ctx, next) => {
      ctx.set('X-Request-Id', 'an-id-of-the-app')
      return next()
    })
    const headers = { 'X-Request-Id': 'an-id-of-the-client' }
    const answer = await ask('GET /reach/v1/access-token', { token: null, headers })
    expect(answer.headers.get('X-Request-Id')).toBe('an-id-of-the-app')
    expect(answer.body.requestId).toBe('an-id-of-the-app')
  })

  it.each([
    ['of the client if the app trusts its proxy', true, '198.51.100.0/24'],
    ['of the proxy otherwise', false, '127.0.0.0/24'],
  ])('takes the address %s', async (_, proxy, network) => {
    await mount((ctx, next) => {
      ctx.app.proxy = proxy
      return next()
    })
    const headers = { 'X-Forwarded-For': '198.51.100.7' }
    await ask('POST /reach/v1/session', { token: null, headers, body: {} })
    expect(JSON.parse(log.lines[0]!)).toMatchObject({ route: '/v1/session', network })
  })

  it('refuses a query of too many parameters, and leaves those of the app alone', async () => {
    await mount()
    const query = Array.from({ length: maxQueryParameters + 1 }, () => 'a').join('&')
    const refused = await ask(`GET /reach/v1/push/anything?${query}`, { token: null })
    expectProblem(refused, 400, 'invalid_query')
    expect((await ask(`GET /healthz?${query}`)).text).toBe('theirs')
  })

  it('handles its own errors and none of the app', async () => {
    await mount()
    expectProblem(await ask('GET /reach/v1/access-token', { token: null }), 401, 'unauthorized')
    expectProblem(await ask('POST /reach/v1/credits/payment', { body: '{' }), 400, 'invalid_json')
    expect(errors).toEqual([])
    expect((await ask('GET /fails')).status).toBe(418)
    expect(errors).toHaveLength(1)
  })

  it('uses the body that a parser of the app has read', async () => {
    await mount(async (ctx, next) => {
      const chunks: Buffer[] = []
      for await (const chunk of ctx.req) chunks.push(chunk as Buffer)
      const request = ctx.request as { body?: unknown }
      request.body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
      await next()
    })
    const good = await ask('POST /reach/v1/credits/payment', { body: payment })
    expect(good).toMatchObject({ status: 201, body: { status: 'accepted' } })
    const bad = { ...payment, nonsense: 1 }
    expectProblem(
      await ask('POST /reach/v1/credits/payment', { body: bad }),
      400,
      'invalid_body',
      '/nonsense',
    )
  })

  it('replies with a problem when the app has read the body and stored nothing', async () => {
    await mount(async (ctx, next) => {
      for await (const _ of ctx.req) void _
      await next()
    })
    expectProblem(
      await ask('POST /reach/v1/credits/payment', { body: payment }),
      400,
      'invalid_json',
    )
  })
})
