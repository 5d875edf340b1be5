import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { postCode } from '../../../server/http/routes/codes.ts'
import { codeQueuedReply, codesUsageReply, sceneReply } from '../../../server/http/schemas/codes.ts'
import type { Services } from '../../../server/http/services.ts'
import type {
  CodeQueuedReply,
  CodesUsageReply,
  SceneReply,
  ShareReply,
} from '../../../shared/wire/index.ts'
import { becomes } from '../../codes/code-server.ts'
import { isNear, scan } from '../../sandbox/scan.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { usePhone, useReach, useSharedReach } from '../../support/server/use-reach.ts'

describe('POST /v1/codes', () => {
  const { appId } = app
  const endpoints = {
    path: '/wxa/getwxacode',
    scene: '/wxa/getwxacodeunlimit',
    qrcode: '/cgi-bin/wxaapp/createwxaqrcode',
  }
  const server = useReach()

  async function made(body: object, type = 'image/jpeg') {
    const answer = await server.ask('POST /v1/codes', { body })
    expect({ status: answer.status, type: answer.type }).toEqual({
      status: 200,
      type,
    })
    return answer
  }
  const says = async (body: object, type?: string) =>
    JSON.parse(scan((await made(body, type)).bytes).text() ?? 'null') as Record<string, unknown>
  const calls = (kind: keyof typeof endpoints) => platformCalls(server, endpoints[kind])
  const usage = async () => (await server.ask<CodesUsageReply>('GET /v1/codes/usage')).body

  describe('a code', () => {
    it("C is made with the request of the page's example", async () => {
      const body = { kind: 'qrcode', path: 'pages/index?query=1', width: 430 }
      expect(await says(body)).toEqual({ kind: 'qrcode', appId, path: 'pages/index?query=1' })
      const [call] = await calls('qrcode')
      expect(call).toMatchObject({
        method: 'POST',
        body: { path: 'pages/index?query=1', width: 430 },
      })
    })

    it('A is made with a colour, which is sent as decimal text', async () => {
      const lineColor = { r: 0, g: 17, b: 255 }
      const body = { kind: 'path', path: 'pages/index?query=1', width: 280, lineColor }
      const picture = scan((await made(body)).bytes)
      expect(picture.width).toBe(280)
      expect(isNear(picture.colours[1], '0,17,255')).toBe(true)
      expect((await calls('path'))[0]?.body).toEqual({
        path: 'pages/index?query=1',
        width: 280,
        line_color: { r: '0', g: '17', b: '255' },
      })
    })

    it("A is made with a colour in the page's own form", async () => {
      const lineColor = { r: '0', g: '17', b: '255' }
      await made({ kind: 'path', path: 'pages/index', lineColor })
      expect((await calls('path'))[0]?.body).toMatchObject({ line_color: lineColor })
    })

    it('B is made with a scene of your own', async () => {
      const body = { kind: 'scene', scene: 'id=1', page: 'pages/index/index' }
      expect(await says(body)).toMatchObject({ kind: 'scene', scene: 'id=1', page: body.page })
      expect((await calls('scene'))[0]?.body).toEqual({ scene: 'id=1', page: 'pages/index/index' })
    })

    it('takes the options of 2026 in that edition', async () => {
      await server.sandbox('POST /sandbox/edition', { body: { edition: '2026' } })
      server.reach.apps.setEdition(appId, '2026')
      const body = { kind: 'scene', scene: 'a', envVersion: 'trial', isHyaline: true, page: 'x/y' }
      const said = await says({ ...body, checkPath: false }, 'image/png')
      expect(said).toMatchObject({ envVersion: 'trial' })
      expect((await calls('scene'))[0]?.body).toMatchObject({
        env_version: 'trial',
        is_hyaline: true,
        check_path: false,
      })
    })

    it('carries its share in the path', async () => {
      const body = { kind: 'path', path: 'pages/index?a=1', shareId: 'share-0001' }
      expect(await says(body)).toMatchObject({ path: 'pages/index?a=1&_wxr=share-0001' })
    })
  })

  describe('the same request', () => {
    const poster = { kind: 'path', path: 'pages/index' }

    it('is replied to from the store, whatever its field order and defaults', async () => {
      const first = await made(poster)
      expect(first.headers.get('Code-Known')).toBeNull()
      const lineColor = { b: 0, g: 0, r: 0 }
      const again = await made({ autoColor: false, lineColor, width: 430, ...poster })
      expect(again.bytes.equals(first.bytes)).toBe(true)
      expect(again.headers.get('Code-Known')).toBe('true')
      expect(await calls('path')).toHaveLength(1)
      expect((await usage()).lasting.used).toBe(1)
    })

    it('uses up one code with and without a leading slash, and with a colour as text', async () => {
      await made({ kind: 'path', path: '/p?x' })
      const lineColor = { r: '0', g: '0', b: '0' }
      const again = await made({ kind: 'path', path: 'p?x', lineColor })
      expect(again.headers.get('Code-Known')).toBe('true')
      expect((await calls('path')).map(({ body }) => body)).toEqual([{ path: 'p?x' }])
      await made({ kind: 'qrcode', path: 'p?x' })
      await made({ kind: 'qrcode', path: '/p?x' })
      expect((await usage()).lasting.used).toBe(2)
    })

    it('uses up one code for twenty concurrent requests', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => made(poster)))
      expect(new Set(answers.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1)
      expect(await calls('path')).toHaveLength(1)
    })

    it('is not the same with another width, kind or share', async () => {
      await made(poster)
      await made({ ...poster, width: 431 })
      await made({ ...poster, kind: 'qrcode' })
      await made({ ...poster, shareId: 'share-0001' })
      expect((await usage()).lasting.used).toBe(4)
    })
  })

  describe('the usage', () => {
    it('counts A and C together, and B by the minute', async () => {
      await made({ kind: 'path', path: 'a' })
      await made({ kind: 'qrcode', path: 'a' })
      await made({ kind: 'scene', scene: 'a' })
      const told = await usage()
      expectShape(codesUsageReply, told)
      expect(told).toEqual({
        lasting: { used: 2, limit: 100_000 },
        scene: { lastMinute: 1, limit: 5_000, waiting: 0 },
      })
      server.clock.advance(60_000)
      expect((await usage()).scene.lastMinute).toBe(0)
    })
  })
})

describe('POST /v1/codes, refused', () => {
  const server = useReach()

  const ask = (body: object) => server.ask('POST /v1/codes', { body })
  const poster = { kind: 'path', path: 'pages/index' }
  const used = async () => (await server.ask<CodesUsageReply>('GET /v1/codes/usage')).body.lasting
  const fault = (effect: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path: '/wxa/getwxacode', ...effect } })

  describe('a code that WeChat does not make', () => {
    it('because the quota is exhausted is a 409, and the usage reports it', async () => {
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

    it('because the limit of the minute is reached is a 429 with Retry-After', async () => {
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

    it('when WeChat counts too many (45011) is a 429, and the next one is made', async () => {
      await fault({ errcode: 45011 })
      const answer = await ask(poster)
      expectProblem(answer, 429, 'rate_limited')
      expect(answer.body).toMatchObject({ wechat: { errcode: 45011, meaning: 'too_frequent' } })
      expect(answer.headers.get('Retry-After')).toBe('60')
      expect((await ask(poster)).status).toBe(200)
    })

    it('counts when the outcome is unknown', async () => {
      await fault({ hangUp: true, when: 'after' })
      expectProblem(await ask(poster), 503, 'wechat_unreachable')
      expect((await used()).used).toBe(1)
      await fault({ errcode: -1 })
      await ask(poster)
      expect((await used()).used).toBe(1)
    })
  })
})

describe('POST /v1/codes, rejected before a call', () => {
  const server = useSharedReach()
  const poster = { kind: 'path', path: 'pages/index' }
  const scene = { kind: 'scene', scene: 'a' }
  const deep = JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown

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
    [{ ...poster, lineColor: { r: 'red', g: 0, b: 0 } }, '/lineColor/r'],
    [{ ...poster, lineColor: { r: '256', g: 0, b: 0 } }, '/lineColor/r'],
    [{ ...poster, lineColor: { r: '', g: 0, b: 0 } }, '/lineColor/r'],
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
    const answer = await server.ask('POST /v1/codes', { body })
    expectProblem(answer, 400, 'invalid_body', path)
    for (const endpoint of ['/wxa/getwxacode', '/wxa/getwxacodeunlimit']) {
      expect(await platformCalls(server, endpoint)).toEqual([])
    }
  })
})

describe('POST /v1/codes with an empty field', () => {
  const server = useReach()

  it.each([
    [
      'page',
      { kind: 'scene', scene: 'a', page: '' },
      'is empty: leave it out to open the home page',
    ],
    [
      'page',
      { kind: 'scene', scene: 'a', page: ' ' },
      'is empty: leave it out to open the home page',
    ],
    ['path', { kind: 'path', path: '' }, 'is empty: name a page as in app.json'],
    ['path', { kind: 'qrcode', path: '/' }, 'is empty: name a page as in app.json'],
    ['scene', { kind: 'scene', scene: '' }, 'is empty: give the characters that the phone gets'],
  ])('%s gets the sentence that explains it: %j', async (field, body, message) => {
    const answer = await server.ask('POST /v1/codes', { body })
    expect(answer.body.errors).toEqual([{ path: `/${field}`, message }])
  })
})

describe('POST /v1/codes, queued', () => {
  describe('a code with Prefer: respond-async', () => {
    let server: StartedReach
    beforeEach(async () => {
      server = await startReach()
    })
    afterEach(() => server.close())

    const headers = { Prefer: 'respond-async' }
    const ask = (body: object) => server.ask<CodeQueuedReply>('POST /v1/codes', { body, headers })
    const waiting = async () =>
      (await server.ask<CodesUsageReply>('GET /v1/codes/usage')).body.scene.waiting

    it('is queued, and a repeated request gets the image', async () => {
      const body = { kind: 'scene', payload: { table: 7 } }
      const first = await ask(body)
      expect(first.status).toBe(202)
      expectShape(codeQueuedReply, first.body)
      await becomes(async () => (await waiting()) === 0)
      const second = await ask(body)
      expect(second).toMatchObject({ status: 200, type: 'image/jpeg' })
      expect(second.headers.get('Code-Known')).toBe('true')
      expect(second.headers.get('Code-Scene')).toMatch(/^[\w-]{1,32}$/)
    })

    it('is validated before it is queued', async () => {
      const body = { kind: 'scene', scene: '中文' }
      expectProblem(
        await server.ask('POST /v1/codes', { body, headers }),
        400,
        'invalid_body',
        '/scene',
      )
    })
  })

  describe('a code', () => {
    const act = (codes: object) =>
      postCode.act(
        {
          body: { kind: 'path', path: 'a' },
          query: {},
          params: {},
          header: () => undefined,
          prefersAsync: () => false,
          trace: { requestId: 'the-request', network: undefined },
          app,
          key: { id: 'key_1', scopes: new Set() },
        },
        { codes } as Services,
      )
    const code = { bytes: Buffer.from('image'), contentType: 'image/png' }

    it.each([
      [89_999, undefined],
      [90_000, expect.stringContaining('90000 of 100000')],
    ])('that is number %d warns: %p', async (lasting, warning) => {
      const answer = await act({ make: async () => ({ was: 'made', code, lasting }) })
      expect(answer.headers?.['Code-Warning']).toEqual(warning)
    })

    it('that would wait too long is a 429 with Retry-After', async () => {
      const refused = act({ make: async () => ({ was: 'too_many', waitMs: 41_001 }) })
      await expect(refused).rejects.toMatchObject({ status: 429, retryAfterSeconds: 42 })
    })

    it('that another process is making is a 202', async () => {
      expect(await act({ make: async () => ({ was: 'in_progress' }) })).toMatchObject({
        status: 202,
      })
    })
  })
})

describe('GET /v1/scenes', () => {
  const other = { ...app, appId: 'wxfedcba9876543210' }
  const server = useReach({ apps: [app, other] })
  const phone = usePhone(server)

  const make = (body: object) =>
    server.ask(`POST /v1/codes?appId=${app.appId}`, { body: { kind: 'scene', ...body } })
  /** The scene that WeChat was asked to put into the code, as the phone gets it. */
  async function sceneOf(body: object): Promise<string> {
    const { headers } = await make(body)
    const calls = await platformCalls(server, '/wxa/getwxacodeunlimit')
    const { scene } = calls.at(-1)!.body as { scene: string }
    expect(headers.get('Code-Scene')).toBe(scene)
    return scene
  }
  const read = (scene: string, token = phone.token) =>
    server.ask<SceneReply>(`GET /v1/scenes/${encodeURIComponent(scene)}`, { token })

  describe('the payload of a code', () => {
    it.each([
      ['an object', { order: 1, items: ['咖啡', null], nested: { deep: true } }],
      ['a text', 'a long address: ' + 'https://example.com/'.repeat(20)],
      ['a number', 0],
      ['a list', []],
      ['false', false],
      ['nothing', null],
      ['4 KB', 'x'.repeat(4_094)],
    ])('that is %s comes back on the phone as it was', async (_, payload) => {
      const scene = await sceneOf({ payload })
      expect(scene).toMatch(/^[\w-]{1,32}$/)
      const answer = await read(scene)
      expect(answer.status).toBe(200)
      expectShape(sceneReply, answer.body)
      expect(answer.body).toEqual({ payload })
    })

    it('has one scene, however often and in whatever field order it is requested', async () => {
      const scene = await sceneOf({ payload: { a: 1, b: 2 } })
      const again = await make({ payload: { b: 2, a: 1 } })
      expect(again.headers.get('Code-Scene')).toBe(scene)
      expect(await sceneOf({ payload: { a: 1, b: 3 } })).not.toBe(scene)
    })

    it('keeps its scene when the outcome of the first call is unknown', async () => {
      const path = '/wxa/getwxacodeunlimit'
      const body = { path, hangUp: true, when: 'after' }
      await server.sandbox(`POST /sandbox/faults`, { body })
      expectProblem(await make({ payload: 1 }), 503, 'wechat_unreachable')
      const [first] = await platformCalls(server, path)
      expect(await sceneOf({ payload: 1 })).toBe((first!.body as { scene: string }).scene)
    })

    it('is a 404 for the phones of another app', async () => {
      const stranger = await server.phone('mallory-01', other.appId)
      const scene = await sceneOf({ payload: 'ours' })
      expectProblem(
        await server.ask(`GET /v1/scenes/${scene}`, { token: stranger.token }),
        404,
        'not_found',
      )
    })

    it.each(['a=1', 'AAAAAAAAAAAAAAAAAAAAAA', '__proto__', '中', 'a/b', '\u0000'])(
      'is a 404 for %j, a scene that is not stored',
      async (scene) => {
        const answer = await server.ask(`GET /v1/scenes/${encodeURIComponent(scene)}`, {
          token: phone.token,
        })
        expectProblem(answer, 404, 'not_found')
      },
    )
  })

  describe('a poster', () => {
    it('gives its share to those who scan it, and the scans join its tree', async () => {
      const scene = await sceneOf({ shareId: 'share-poster', payload: { shop: 5 } })
      const { body } = await read(scene)
      expect(body).toEqual({ payload: { shop: 5 }, shareId: 'share-poster' })
      await phone.postEvents({
        type: 'share.opened',
        scene: 1047,
        page: 'a',
        shareId: body.shareId,
      })
      const tree = await server.ask<ShareReply>(`GET /v1/shares/share-poster?appId=${app.appId}`)
      expect(tree.body.share).toMatchObject({ opens: 1, openers: 1 })
    })

    it('needs no payload', async () => {
      const scene = await sceneOf({ shareId: 'share-poster' })
      expect((await read(scene)).body).toEqual({ payload: null, shareId: 'share-poster' })
    })
  })
})
