import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sceneReply } from '../../../server/http/schemas/codes.ts'
import type { SceneReply, ShareReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import type { Phone } from '../../support/server/phone.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
let server: StartedReach
let phone: Phone
beforeEach(async () => {
  server = await startReach({ apps: [app, other] })
  phone = await server.phone('alice-0001')
})
afterEach(() => server.close())

const make = (body: object) =>
  server.ask(`POST /v1/codes?appId=${app.appId}`, { body: { kind: 'scene', ...body } })
/** As the phone gets it: what WeChat was asked to put into the code. */
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

  it('stands behind one scene, however often and in whatever order it is asked for', async () => {
    const scene = await sceneOf({ payload: { a: 1, b: 2 } })
    const again = await make({ payload: { b: 2, a: 1 } })
    expect(again.headers.get('Code-Scene')).toBe(scene)
    expect(await sceneOf({ payload: { a: 1, b: 3 } })).not.toBe(scene)
  })

  it('is kept by the same scene when nobody knows what became of the first call', async () => {
    const path = '/wxa/getwxacodeunlimit'
    const body = { path, hangUp: true, when: 'after' }
    await server.sandbox(`POST /sandbox/faults`, { body })
    expectProblem(await make({ payload: 1 }), 503, 'wechat_unreachable')
    const [first] = await platformCalls(server, path)
    expect(await sceneOf({ payload: 1 })).toBe((first!.body as { scene: string }).scene)
  })

  it('is not there for the phones of another app', async () => {
    const stranger = await server.phone('mallory-01', other.appId)
    const scene = await sceneOf({ payload: 'ours' })
    expectProblem(
      await server.ask(`GET /v1/scenes/${scene}`, { token: stranger.token }),
      404,
      'not_found',
    )
  })

  it.each(['a=1', 'AAAAAAAAAAAAAAAAAAAAAA', '__proto__', '中', 'a/b', '\u0000'])(
    'is not there behind %j, a scene that is not ours',
    async (scene) => {
      const answer = await server.ask(`GET /v1/scenes/${encodeURIComponent(scene)}`, {
        token: phone.token,
      })
      expectProblem(answer, 404, 'not_found')
    },
  )
})

describe('a poster', () => {
  it('brings its share to whoever scans it, and the scans join its tree', async () => {
    const scene = await sceneOf({ shareId: 'share-poster', payload: { shop: 5 } })
    const { body } = await read(scene)
    expect(body).toEqual({ payload: { shop: 5 }, shareId: 'share-poster' })
    await phone.postEvents({ type: 'share.opened', scene: 1047, page: 'a', shareId: body.shareId })
    const tree = await server.ask<ShareReply>(`GET /v1/shares/share-poster?appId=${app.appId}`)
    expect(tree.body.share).toMatchObject({ opens: 1, openers: 1 })
  })

  it('needs no payload', async () => {
    const scene = await sceneOf({ shareId: 'share-poster' })
    expect((await read(scene)).body).toEqual({ payload: null, shareId: 'share-poster' })
  })
})
