import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { forceRules, tokenRules } from '../../server/rules/tokens.ts'
import type { ReachApp } from '../../server/runtime/apps.ts'
import { createWechatHttp, type WechatHttp } from '../../server/wechat/http.ts'
import {
  createFetchToken,
  createForceLimit,
  createTokenKeeper,
  type TokenKeeper,
} from '../../server/wechat/token.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'
import {
  createScriptedServer,
  held,
  json,
  reset,
  status,
  type Act,
  type ScriptedServer,
} from '../support/scripted-server.ts'

const path = '/cgi-bin/token'
const gives = (token: string, seconds = 7200) => json({ access_token: token, expires_in: seconds })
const refuses = (errcode: number) => json({ errcode, errmsg: 'no' })

describe('the cached access_token', () => {
  let server: ScriptedServer
  let http: WechatHttp
  let world: FakeWorld
  let keeper: TokenKeeper

  beforeEach(async () => {
    server = await createScriptedServer()
    http = createWechatHttp({ base: server.base, timeoutMs: 2_000 })
    world = createFakeWorld()
    const app: ReachApp = { appId: 'wx123456', secret: 'hush', edition: '2018' }
    keeper = createTokenKeeper({ fetchToken: createFetchToken(http, app), world })
  })
  afterEach(async () => {
    keeper.close()
    await server.close()
    await http.close()
  })

  const current = async () => {
    const answer = await keeper.current()
    return answer.ok ? answer.accessToken : answer.problem.kind
  }

  it('is fetched once for fifty callers', async () => {
    server.on(path, [gives('one'), gives('two')])
    const tokens = await Promise.all(Array.from({ length: 50 }, current))
    expect(new Set(tokens)).toEqual(new Set(['one']))
    expect(server.calls).toEqual([
      expect.objectContaining({
        method: 'GET',
        query: { grant_type: 'client_credential', appid: 'wx123456', secret: 'hush' },
      }),
    ])
  })

  it('ends after expires_in, counted from before the request', async () => {
    const askedAtMs = world.clock.now()
    const late = held(gives('one', 7200))
    server.on(path, late.act)
    const asked = keeper.current()
    await server.called(path, 1)
    world.clock.advance(3_000)
    late.release()
    expect(await asked).toEqual({
      ok: true,
      accessToken: 'one',
      expiresAtMs: askedAtMs + 7_200_000,
    })
  })

  it('may have 512 characters', async () => {
    server.on(path, gives('t'.repeat(512)))
    expect(await current()).toBe('t'.repeat(512))
  })

  it('is refreshed before its end, and returned meanwhile', async () => {
    const late = held(gives('two'))
    server.on(path, [gives('one'), late.act])
    await current()
    world.clock.advance(7_200_000 - tokenRules.aheadMs)
    await server.called(path, 2)
    expect(await current()).toBe('one')
    late.release()
    // `refresh` waits for the fetch under way.
    expect(await keeper.refresh('one')).toMatchObject({ accessToken: 'two', refreshed: false })
    expect(await current()).toBe('two')
    expect(server.calls).toHaveLength(2)
  })

  it('is returned until its end while WeChat cannot be reached', async () => {
    server.on(path, [gives('one', 100), reset])
    await current()
    world.clock.advance(95_000)
    await server.called(path, 2)
    expect(await current()).toBe('one')
    world.clock.advance(5_000)
    expect(await current()).toBe('unreachable')
  })

  it.each<[string, Act]>([
    ['WeChat is busy', refuses(-1)],
    ['the answer is a 502', status(502, '<html>')],
    ['the answer holds no token', json({})],
    ['the token has no life', gives('dead', 0)],
  ])('is fetched again later, and not at once, when %s', async (_name, act) => {
    server.on(path, [act, gives('one')])
    expect([await current(), await current()]).toEqual(['unreachable', 'unreachable'])
    expect(server.calls).toHaveLength(1)
    world.monotonic.advance(tokenRules.pauses.unreachable.firstMs)
    expect(await current()).toBe('one')
  })

  it('is awaited twice as long after each failure, up to a cap', async () => {
    const { firstMs, capMs } = tokenRules.pauses.refused
    server.on(path, refuses(40164))
    await current()
    world.monotonic.advance(firstMs)
    await current()
    world.monotonic.advance(firstMs)
    await current()
    expect(server.calls).toHaveLength(2)
    for (let i = 0; i < 20; i++) {
      world.monotonic.advance(capMs)
      await current()
    }
    expect(server.calls).toHaveLength(22)
  })

  it('is logged with advice and without secrets when WeChat refuses', async () => {
    server.on(path, refuses(40001))
    expect(await keeper.current()).toMatchObject({
      ok: false,
      problem: { kind: 'refused', errcode: 40001, meaning: 'secret_wrong' },
    })
    expect(world.lines.join()).toContain('开发管理')
    expect(world.lines.join()).not.toContain('hush')
  })

  it('is replaced once for all callers that were refused, and not for late ones', async () => {
    server.on(path, [gives('one'), gives('two'), gives('three')])
    await current()
    const renewed = await Promise.all(Array.from({ length: 20 }, () => keeper.renew('one')))
    expect(renewed.every((answer) => answer.ok && answer.accessToken === 'two')).toBe(true)
    expect(await keeper.renew('one')).toMatchObject({ accessToken: 'two', refreshed: false })
    expect(server.calls).toHaveLength(2)
  })

  it('is refreshed on request at most once a minute', async () => {
    server.on(path, [gives('one'), gives('two'), gives('three')])
    await current()
    expect(await keeper.refresh('one')).toMatchObject({ accessToken: 'two', refreshed: true })
    expect(await keeper.refresh('two')).toMatchObject({ accessToken: 'two', refreshed: false })
    world.clock.advance(tokenRules.refreshEveryMs)
    expect(await keeper.refresh('two')).toMatchObject({ accessToken: 'three', refreshed: true })
  })

  it('stays in use when it cannot be replaced', async () => {
    server.on(path, [gives('one'), reset])
    await current()
    expect(await keeper.refresh('one')).toMatchObject({ ok: false })
    expect(await current()).toBe('one')
  })
})

describe('stable_token', () => {
  it('is forced only when the plain call returns the refused token', async () => {
    const server = await createScriptedServer()
    const http = createWechatHttp({ base: server.base })
    const fetchToken = createFetchToken(http, { appId: 'wx1', secret: 'hush', edition: '2026' })
    server.on('/cgi-bin/stable_token', (response, call) => {
      const forced = (call.body as { force_refresh: boolean }).force_refresh
      gives(forced ? 'new' : 'same')(response, call)
    })
    expect(await fetchToken('other')).toMatchObject({ body: { accessToken: 'same' } })
    expect(server.calls).toHaveLength(1)
    expect(await fetchToken('same')).toMatchObject({ body: { accessToken: 'new' } })
    expect(server.calls.map(({ body }) => body)).toMatchObject([
      { force_refresh: false },
      { force_refresh: false },
      { appid: 'wx1', secret: 'hush', force_refresh: true },
    ])
    await server.close()
    await http.close()
  })

  it('is forced no more often than WeChat allows, and then returned as it is', async () => {
    const server = await createScriptedServer()
    const http = createWechatHttp({ base: server.base })
    const { clock } = createFakeWorld()
    const app: ReachApp = { appId: 'wx1', secret: 'hush', edition: '2026' }
    const fetchToken = createFetchToken(http, app, createForceLimit(clock))
    server.on('/cgi-bin/stable_token', gives('same'))
    const forced = () =>
      server.calls.filter(({ body }) => (body as { force_refresh: boolean }).force_refresh).length

    await fetchToken('same')
    expect(await fetchToken('same')).toMatchObject({ body: { accessToken: 'same' } })
    expect(forced()).toBe(1)
    for (let times = 0; times < 25; times += 1) {
      clock.advance(forceRules.apartMs)
      await fetchToken('same')
    }
    expect(forced()).toBe(forceRules.aDay)
    clock.advance(24 * 3_600_000)
    await fetchToken('same')
    expect(forced()).toBe(forceRules.aDay + 1)
    await server.close()
    await http.close()
  })
})
