import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createTokenService } from '../../server/wechat/token-service.ts'
import type { TokenSource } from '../../server/wechat/token.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'
import { createScriptedServer, held, json, reset, status } from '../support/scripted-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'

const path = '/tokens/shop'
let service: ScriptedServer
let world: FakeWorld
let tokens: TokenSource
beforeEach(async () => {
  service = await createScriptedServer()
  world = createFakeWorld()
  tokens = createTokenService({ url: `${service.base}${path}?app=a`, clock: world.clock })
})
afterEach(() => service.close())

const in2Hours = () => world.clock.now() + 7_200_000

describe('a token service', () => {
  it.each([
    ['as our own routes answer', () => ({ accessToken: 't', expiresAt: new Date(in2Hours()) })],
    ['with the end in milliseconds', () => ({ access_token: 't', expiresAt: in2Hours() })],
    ['as WeChat answers', () => ({ access_token: 't', expires_in: 7200 })],
  ])('returns its token %s', async (_how, answer) => {
    service.on(path, json(answer()))
    expect(await tokens.current()).toEqual({ ok: true, accessToken: 't', expiresAtMs: in2Hours() })
    expect(service.calls).toEqual([{ method: 'GET', path, query: { app: 'a' }, body: '' }])
  })

  it('gets one request for simultaneous callers, and another for the next', async () => {
    const first = held(json({ access_token: 'one', expires_in: 7200 }))
    service.on(path, [first.act, json({ access_token: 'two', expires_in: 7200 })])
    const both = Promise.all([tokens.current(), tokens.current()])
    await service.called(path, 1)
    first.release()
    expect(await both).toMatchObject([{ accessToken: 'one' }, { accessToken: 'one' }])
    expect(await tokens.current()).toMatchObject({ accessToken: 'two' })
    expect(service.calls).toHaveLength(2)
  })

  it('gets a report of a token that WeChat refused', async () => {
    service.on(`${path}/refresh`, [
      json({ access_token: 'two', expires_in: 7200 }),
      json({ access_token: 'two', expires_in: 7200, refreshed: false }),
    ])
    expect(await tokens.refresh('one')).toMatchObject({ accessToken: 'two', refreshed: true })
    expect(await tokens.renew('one')).toMatchObject({ accessToken: 'two', refreshed: false })
    const [call] = service.calls
    expect(call).toMatchObject({ method: 'POST', query: { app: 'a' }, body: { rejected: 'one' } })
  })

  it('may be unreachable until its last token ends', async () => {
    service.on(path, [json({ access_token: 't', expires_in: 7200 }), reset])
    await tokens.current()
    world.clock.advance(7_199_000)
    expect(await tokens.current()).toMatchObject({ ok: true, accessToken: 't' })
    world.clock.advance(1_000)
    expect(await tokens.current()).toMatchObject({ problem: { kind: 'unreachable' } })
  })

  it.each([
    ['nothing of use', json({ token: 't' }), 'NOT_A_TOKEN'],
    ['a token without an end', json({ access_token: 't' }), 'NOT_A_TOKEN'],
    ['no JSON', status(200, '<html>'), 'NOT_A_TOKEN'],
    ['an error of its own', status(401, '{}'), 'HTTP_401'],
    ['that WeChat is busy', json({ errcode: -1, errmsg: 'system error' }), 'ERRCODE_-1'],
  ])('gives no token with %s', async (_what, act, code) => {
    service.on(path, act)
    const answer = await tokens.current()
    expect(answer).toMatchObject({ ok: false, problem: { kind: 'unreachable', cause: { code } } })
  })

  it.each([
    ['as WeChat says it', { errcode: 40164, errmsg: 'invalid ip' }],
    ['as our routes say it', { status: 502, wechat: { errcode: 40164, errmsg: 'invalid ip' } }],
  ])("hands on WeChat's refusal %s", async (_how, body) => {
    service.on(path, 'status' in body ? status(502, JSON.stringify(body)) : json(body))
    expect(await tokens.current()).toMatchObject({
      problem: { kind: 'refused', errcode: 40164, meaning: 'address_not_allowed' },
    })
  })
})
