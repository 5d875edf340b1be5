import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CodesUsageReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const ask = (body: object) => server.ask('POST /v1/codes', { body })
const poster = { kind: 'path', path: 'pages/index' }
const used = async () => (await server.ask<CodesUsageReply>('GET /v1/codes/usage')).body.lasting
const fault = (effect: object) =>
  server.sandbox('POST /sandbox/faults', { body: { path: '/wxa/getwxacode', ...effect } })

describe('a code that WeChat does not make', () => {
  it('because all are made is a 409, and the usage says so until one is made', async () => {
    await server.sandbox('POST /sandbox/quotas', { body: { codes: 1 } })
    expect((await ask(poster)).status).toBe(200)
    const answer = await ask({ kind: 'qrcode', path: 'pages/other' })
    expectProblem(answer, 409, 'code_quota_exhausted')
    expect(answer.body.wechat).toMatchObject({ errcode: 45029, meaning: 'code_quota_exhausted' })
    expect(await used()).toEqual({ used: 1, limit: 100_000, exhausted: true })
    expect((await ask(poster)).status).toBe(200)
  })

  it('because it does not know the page is a 422', async () => {
    await server.sandbox('POST /sandbox/pages', { body: { pages: ['pages/index'] } })
    const answer = await ask({ kind: 'scene', scene: 'a', page: 'pages/gone' })
    expectProblem(answer, 422, 'page_unknown')
    expect(answer.body.wechat?.errcode).toBe(41030)
  })

  it('because its minute is over is a 429 with Retry-After', async () => {
    await server.sandbox('POST /sandbox/quotas', { body: { codesPerMinute: 1 } })
    expect((await ask({ kind: 'scene', scene: 'a' })).status).toBe(200)
    const answer = await ask({ kind: 'scene', scene: 'b' })
    expectProblem(answer, 429, 'rate_limited')
    expect(answer.headers.get('Retry-After')).toBe('60')
    server.clock.advance(60_000)
    expect((await ask({ kind: 'scene', scene: 'b' })).status).toBe(200)
  })

  it.each([
    ['is busy', { errcode: -1 }, 503, 'wechat_busy'],
    ['refuses the path', { errcode: 40159 }, 422, 'wechat_refused'],
    ['hangs up before it has acted', { hangUp: true }, 503, 'wechat_unreachable'],
  ] as const)(
    'when it %s is a problem, and the next one is made',
    async (_, effect, status, code) => {
      await fault(effect)
      expectProblem(await ask(poster), status, code)
      expect((await ask(poster)).status).toBe(200)
    },
  )

  it('counts when nobody knows whether it was made', async () => {
    await fault({ hangUp: true, when: 'after' })
    expectProblem(await ask(poster), 503, 'wechat_unreachable')
    expect((await used()).used).toBe(1)
    await fault({ errcode: -1 })
    await ask(poster)
    expect((await used()).used).toBe(1)
  })
})

const scene = { kind: 'scene', scene: 'a' }
const deep = JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown

describe('a code that WeChat would not make is not asked for', () => {
  it.each([
    [{ ...poster, kind: 'photo' }, '/kind'],
    [{ kind: 'path' }, '/path'],
    [{ kind: 'path', path: '' }, '/path'],
    [{ kind: 'path', path: '页'.repeat(43) }, '/path'],
    [{ ...poster, scene: 'a' }, '/scene'],
    [{ ...poster, page: 'a' }, '/page'],
    [{ ...poster, payload: 1 }, '/payload'],
    [{ ...poster, width: 0 }, '/width'],
    [{ ...poster, width: '430' }, '/width'],
    [{ ...poster, autoColor: 'false' }, '/autoColor'],
    [{ ...poster, autoColor: true, lineColor: { r: 0, g: 0, b: 0 } }, '/lineColor'],
    [{ ...poster, lineColor: { r: 0, g: 0 } }, '/lineColor/b'],
    [{ ...poster, lineColor: { r: '0', g: 0, b: 0 } }, '/lineColor/r'],
    [{ ...poster, lineColor: { r: 256, g: 0, b: 0 } }, '/lineColor/r'],
    [{ ...poster, isHyaline: true }, '/isHyaline'],
    [{ ...poster, envVersion: 'release' }, '/envVersion'],
    [{ ...poster, shareId: 'short' }, '/shareId'],
    [{ kind: 'qrcode', path: 'a', autoColor: false }, '/autoColor'],
    [{ kind: 'qrcode', path: 'a', lineColor: { r: 0, g: 0, b: 0 } }, '/lineColor'],
    [{ kind: 'scene' }, '/scene'],
    [{ kind: 'scene', scene: '' }, '/scene'],
    [{ kind: 'scene', scene: 's'.repeat(33) }, '/scene'],
    [{ kind: 'scene', scene: '中文' }, '/scene'],
    [{ kind: 'scene', scene: 'a%20b' }, '/scene'],
    [{ ...scene, path: 'pages/index' }, '/path'],
    [{ ...scene, page: '/pages/index' }, '/page'],
    [{ ...scene, page: 'pages/index?a=1' }, '/page'],
    [{ ...scene, payload: 1 }, '/payload'],
    [{ ...scene, shareId: 'share-0001' }, '/shareId'],
    [{ kind: 'scene', payload: 'x'.repeat(4_095) }, '/payload'],
    [{ kind: 'scene', payload: '好'.repeat(1_366) }, '/payload'],
    [{ kind: 'scene', payload: deep }, '/payload'],
  ])('%.90j', async (body, path) => {
    expectProblem(await ask(body), 400, 'invalid_body', path)
    for (const endpoint of ['/wxa/getwxacode', '/wxa/getwxacodeunlimit']) {
      expect(await platformCalls(server, endpoint)).toEqual([])
    }
  })
})
