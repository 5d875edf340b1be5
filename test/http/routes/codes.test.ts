import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { codesUsageReply } from '../../../server/http/schemas/codes.ts'
import type { CodesUsageReply } from '../../../shared/wire/index.ts'
import { scan } from '../../sandbox/scan.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const { appId } = app
const endpoints = {
  path: '/wxa/getwxacode',
  scene: '/wxa/getwxacodeunlimit',
  qrcode: '/cgi-bin/wxaapp/createwxaqrcode',
}
let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

async function made(body: object) {
  const answer = await server.ask('POST /v1/codes', { body })
  expect({ status: answer.status, type: answer.type }).toEqual({ status: 200, type: 'image/png' })
  return answer
}
const says = async (body: object) =>
  JSON.parse(scan((await made(body)).bytes).text() ?? 'null') as Record<string, unknown>
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

  it('A is made with a colour, which goes out as decimal text', async () => {
    const lineColor = { r: 0, g: 17, b: 255 }
    const body = { kind: 'path', path: 'pages/index?query=1', width: 280, lineColor }
    const picture = scan((await made(body)).bytes)
    expect(picture.width).toBe(280)
    expect(picture.colours).toContain('0,17,255')
    expect((await calls('path'))[0]?.body).toEqual({
      path: 'pages/index?query=1',
      width: 280,
      line_color: { r: '0', g: '17', b: '255' },
    })
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
    expect(await says({ ...body, checkPath: false })).toMatchObject({ envVersion: 'trial' })
    expect((await calls('scene'))[0]?.body).toMatchObject({
      env_version: 'trial',
      is_hyaline: true,
      check_path: false,
    })
  })

  it('carries the share that its scans belong to in its path', async () => {
    const body = { kind: 'path', path: 'pages/index?a=1', shareId: 'share-0001' }
    expect(await says(body)).toMatchObject({ path: 'pages/index?a=1&_wxr=share-0001' })
  })
})

describe('the same request', () => {
  const poster = { kind: 'path', path: 'pages/index' }

  it('is answered from the store, whatever order and defaults it is written with', async () => {
    const first = await made(poster)
    expect(first.headers.get('Code-Known')).toBeNull()
    const lineColor = { b: 0, g: 0, r: 0 }
    const again = await made({ autoColor: false, lineColor, width: 430, ...poster })
    expect(again.bytes.equals(first.bytes)).toBe(true)
    expect(again.headers.get('Code-Known')).toBe('true')
    expect(await calls('path')).toHaveLength(1)
    expect((await usage()).lasting.used).toBe(1)
  })

  it('spends one code when twenty ask at once', async () => {
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
