import { describe, expect, it } from '@jest/globals'
import { codeBudgetsOfApp, requestLimits } from '../../../server/rules/limits.ts'
import { minute } from '../../../server/rules/time.ts'
import type { CreatedApiKeyReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import type { Answer } from '../../support/server/http-client.ts'
import { apiKey, app } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const credits = 'GET /v1/users/alice-0001/credits'

function expectLimit(answer: Answer<unknown>): void {
  expectProblem(answer, 429, 'rate_limited')
  const wait = Number(answer.headers.get('Retry-After'))
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(60)
}

describe('the requests of an API key', () => {
  const server = useReach({ settings: { requestLimits: { perKeyMinute: 3 } } })

  it('are limited by the minute, also those that the key may not make', async () => {
    const body = { name: 'the shop', scopes: ['read'] }
    const made = await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })
    const { secret: token } = made.body
    expect((await server.ask(credits, { token })).status).toBe(200)
    expect((await server.ask('GET /v1/access-token', { token })).status).toBe(403)
    expect((await server.ask(credits, { token })).status).toBe(200)
    expectLimit(await server.ask(credits, { token }))
    // The other key has made one request.
    expect((await server.ask(credits, { token: apiKey })).status).toBe(200)
    server.monotonic.advance(minute)
    expect((await server.ask(credits, { token })).status).toBe(200)
  })
})

describe('requests without a good credential', () => {
  const server = useReach({
    trustedProxies: 1,
    settings: { requestLimits: { failuresPerAddressMinute: 4 } },
  })
  const ask = (token: string | null, address: string, at = credits) =>
    server.ask(at, { token, headers: { 'X-Forwarded-For': address } })

  it('are limited for an address, whatever they lack', async () => {
    const { token: phone } = await server.phone('alice-0001')
    const address = '192.0.2.1'
    expectProblem(await ask('a-guess', address), 401, 'unauthorized')
    expectProblem(await ask(`wxr_${'A'.repeat(43)}`, address), 401, 'unauthorized')
    expectProblem(await ask(null, address), 401, 'unauthorized')
    expectProblem(await ask('a-guess', address, 'GET /v1/scenes/abc'), 401, 'unauthorized')
    expectLimit(await ask('a-guess', address))
    expectLimit(await ask(phone, address))
    expectLimit(await ask(null, address, 'GET /v1/scenes/abc'))
    expectProblem(await ask('a-guess', '192.0.2.2'), 401, 'unauthorized')
    server.monotonic.advance(minute)
    expectProblem(await ask('a-guess', address), 401, 'unauthorized')
  })

  it('do not lock out those of the same address that have one', async () => {
    const { token: phone } = await server.phone('alice-0001')
    for (let n = 0; n < 5; n += 1) await ask('a-guess', '192.0.2.1')
    expectLimit(await ask('a-guess', '192.0.2.1'))
    expect((await ask(apiKey, '192.0.2.1')).status).toBe(200)
    expectProblem(await ask(phone, '192.0.2.1', 'GET /v1/scenes/abc'), 404, 'not_found')
  })

  it('are counted for a whole /64 of IPv6, and an IPv4 address has one name', async () => {
    for (let n = 1; n <= 4; n += 1) await ask('a-guess', `2001:db8:0:1::${n}`)
    expectLimit(await ask('a-guess', '2001:0db8:0000:0001:ffff:ffff:ffff:ffff'))
    expectProblem(await ask('a-guess', '2001:db8:0:2::1'), 401, 'unauthorized')
    for (let n = 1; n <= 4; n += 1) await ask('a-guess', '::ffff:192.0.2.7')
    expectLimit(await ask('a-guess', '192.0.2.7'))
    expectProblem(await ask('a-guess', '::ffff:192.0.2.8'), 401, 'unauthorized')
  })
})

describe('sign-ins of an address', () => {
  const server = useReach({ trustedProxies: 1 })
  const signIn = (address: string, body: unknown) =>
    server.ask('POST /v1/session', {
      token: null,
      body,
      headers: { 'X-Forwarded-For': address },
    })
  const code = { appId: app.appId, code: 'no-such-code' }

  it('are limited, malformed ones and those of one /64 included', async () => {
    const bad = ['{', { ...code, code: 5 }, 'x'.repeat(300_000), { ...code, appId: 'wx123456789' }]
    const most = requestLimits.signInsPerAddressMinute
    for (let n = 0; n < most; n += 1) {
      const answer = await signIn(`2001:db8::${n}`, bad[n % bad.length])
      expect([400, 413]).toContain(answer.status)
    }
    expectLimit(await signIn('2001:db8::ff', code))
    expectLimit(await signIn('2001:db8::ff', '{'))
    expectProblem(await signIn('2001:db8:0:1::', code), 400, 'code_rejected')
  })
})

describe('the lasting codes of an API key', () => {
  const server = useReach({ settings: { requestLimits: { codesPerKeyDay: 2 } } })
  const code = (path: string, token = apiKey, prefer = '') =>
    server.ask('POST /v1/codes', {
      token,
      body: { kind: 'path', path },
      ...(prefer && { headers: { Prefer: prefer } }),
    })

  it('are limited by the day, queued ones too, and known ones are not counted', async () => {
    expect((await code('pages/1')).status).toBe(200)
    expect((await code('pages/2', apiKey, 'respond-async')).status).toBe(202)
    for (const prefer of ['', 'respond-async']) {
      const late = await code('pages/3', apiKey, prefer)
      expectProblem(late, 429, 'rate_limited')
      // The clock shows noon in Shanghai.
      expect(late.headers.get('Retry-After')).toBe(String(12 * 3_600))
    }
    expect((await code('pages/1')).headers.get('Code-Known')).toBe('true')
    const scene = { kind: 'scene', scene: 'a=1' }
    expect((await server.ask('POST /v1/codes', { body: scene })).status).toBe(200)
    server.clock.advance(12 * 3_600_000)
    expect((await code('pages/3')).status).toBe(200)
  })

  it('are not as many as keys can be made', async () => {
    let made = 0
    for (let n = 0; n < 8; n += 1) {
      const body = { name: `key ${n}`, scopes: ['admin'] }
      const key = await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })
      for (const path of [`pages/${n}a`, `pages/${n}b`]) {
        if ((await code(path, key.body.secret)).status === 200) made += 1
      }
    }
    expect(made).toBe(2 * codeBudgetsOfApp)
  })
})
