import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/access-token.ts'
import { hour, minute } from '../../../server/rules/time.ts'
import { createTokenService } from '../../../server/wechat/token-service.ts'
import type { AccessTokenReply, RefreshTokenReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { apiKey, startMs, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

describe('GET /v1/access-token', () => {
  const server = useReach({ apiKeys: [{ key: 'the-token-key', scopes: ['token'] }] })

  const get = () => server.ask<AccessTokenReply>('GET /v1/access-token', { token: 'the-token-key' })
  const refresh = (rejected: string) =>
    server.ask<RefreshTokenReply>('POST /v1/access-token/refresh', { body: { rejected } })
  const fault = (effect: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path: '/cgi-bin/token', ...effect } })
  const tokenCalls = async () => (await platformCalls(server, '/cgi-bin/token')).length

  describe('the access_token', () => {
    it('is the same for all callers, and no cache stores it', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, get))
      const [first] = answers
      expect(first).toMatchObject({ status: 200 })
      expect(first?.headers.get('Cache-Control')).toBe('no-store')
      expectShape(schemas.accessTokenReply, first?.body)
      expect(first?.body.expiresAt).toBe(new Date(startMs + 2 * hour).toISOString())
      expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1)
      expect(await tokenCalls()).toBe(1)
    })

    it('is a new one after its expiry', async () => {
      const { accessToken } = (await get()).body
      server.clock.advance(2 * hour)
      expect((await get()).body.accessToken).not.toBe(accessToken)
    })

    it.each([
      ['refuses the secret', { errcode: 40125 }, 502, 'wechat_credentials'],
      ['is busy', { errcode: -1 }, 503, 'wechat_unreachable'],
      ['is asked too often', { errcode: 45011 }, 503, 'wechat_unreachable'],
      ['hangs up', { hangUp: true }, 503, 'wechat_unreachable'],
    ] as const)('is a problem when WeChat %s', async (_, effect, status, code) => {
      await fault(effect)
      const answer = await get()
      expectProblem(answer, status, code)
      expect(answer.headers.get('Retry-After')).toBe(status === 503 ? '5' : null)
    })
  })

  describe('a refresh', () => {
    it('takes a token that is longer than 512 characters', async () => {
      const { accessToken } = (await get()).body
      const answer = await refresh('x'.repeat(4_096))
      expect(answer.body).toMatchObject({ accessToken, refreshed: false })
    })

    it('of an old token changes nothing and gives the current one', async () => {
      const { accessToken } = (await get()).body
      const answer = await refresh('a-token-of-yesterday')
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expectShape(schemas.refreshTokenReply, answer.body)
      expect(answer.body).toMatchObject({ accessToken, refreshed: false })
      expect(await tokenCalls()).toBe(1)
    })

    it('of the current token gives a new one, once a minute', async () => {
      const old = (await get()).body.accessToken
      const first = (await refresh(old)).body
      expect(first.refreshed).toBe(true)
      expect(first.accessToken).not.toBe(old)
      expect((await refresh(first.accessToken)).body).toEqual({ ...first, refreshed: false })
      server.clock.advance(minute)
      expect((await refresh(first.accessToken)).body.refreshed).toBe(true)
    })

    it('happens once for ten concurrent requests', async () => {
      const old = (await get()).body.accessToken
      const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(old)))
      expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1)
      expect(await tokenCalls()).toBe(2)
    })
  })
})

describe('a token service', () => {
  let service: StartedReach
  let server: StartedReach
  /** `server` gets its tokens from `service`. */
  beforeEach(async () => {
    service = await startReach()
    const headers = { Authorization: `Bearer ${apiKey}` }
    const { clock } = service
    const tokens = () =>
      createTokenService({ url: `${service.url}/v1/access-token`, headers, clock })
    server = await startReach({ settings: { tokens, apiBase: service.sandboxUrl } })
  })
  afterEach(async () => {
    await server.close()
    await service.close()
  })

  const templates = async () => (await server.ask('GET /v1/templates')).status
  const fetched = async () => (await platformCalls(service, '/cgi-bin/token')).length

  it('lets two servers use one token', async () => {
    expect(await templates()).toBe(200)
    expect((await service.ask('GET /v1/templates')).status).toBe(200)
    expect(await fetched()).toBe(1)
  })

  it('replaces a token that WeChat refuses', async () => {
    await templates()
    const path = '/cgi-bin/wxopen/template/list'
    await service.sandbox('POST /sandbox/faults', { body: { path, errcode: 40_001 } })
    expect(await templates()).toBe(200)
    expect(await fetched()).toBe(2)
  })

  it('passes on what WeChat replies about the secret', async () => {
    const path = '/cgi-bin/token'
    await service.sandbox('POST /sandbox/faults', { body: { path, errcode: 40_164 } })
    const answer = await server.ask('GET /v1/templates')
    expect(answer).toMatchObject({ status: 502, body: { code: 'wechat_credentials' } })
    expect(answer.body.wechat).toMatchObject({ errcode: 40_164, meaning: 'address_not_allowed' })
  })
})
