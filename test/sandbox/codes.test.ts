import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { minute } from '../../server/rules/time.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { isJpeg, isNear, scan } from './scan.ts'

const [a, b, c] = ['/wxa/getwxacode', '/wxa/getwxacodeunlimit', '/cgi-bin/wxaapp/createwxaqrcode']
const { appId } = app
const white = '255,255,255'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

const ask = async (path: string, body: object) => {
  const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
  const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return {
    type: reply.headers.get('content-type'),
    disposition: reply.headers.get('content-disposition'),
    bytes: Buffer.from(await reply.arrayBuffer()),
  }
}
const picture = async (path: string, body: object) => {
  const { type, bytes } = await ask(path, body)
  expect(type).toBe('image/jpeg')
  expect(isJpeg(bytes)).toBe(true)
  return scan(bytes)
}
/** Read from the header, because decoding a large picture is slow. */
const sizeOf = async (path: string, body: object) => {
  const { bytes } = await ask(path, body)
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  return [bytes.readUInt16BE(frame + 7), bytes.readUInt16BE(frame + 5)]
}
const contentOf = async (path: string, body: object) =>
  JSON.parse((await picture(path, body)).text() ?? 'null') as unknown
const errcode = async (path: string, body: object) => {
  const { type, bytes } = await ask(path, body)
  expect(type).toMatch('application/json')
  return (JSON.parse(bytes.toString()) as { errcode: number }).errcode
}
const many = async (times: number, one: () => Promise<{ type: string | null }>) => {
  const types: (string | null)[] = []
  for (let time = 0; time < times; time++) types.push((await one()).type)
  return types.filter((type) => type === 'image/jpeg').length
}

describe('a code', () => {
  it('A and C contain the path and are 430 wide, as in the example of the page', async () => {
    const path = 'pages/index?query=1'
    expect(await contentOf(a, { path })).toEqual({
      kind: 'path',
      appId,
      path,
      envVersion: 'release',
    })
    expect(await contentOf(c, { path, width: 430 })).toEqual({ kind: 'qrcode', appId, path })
    for (const kind of [a, c]) {
      expect(await picture(kind, { path })).toMatchObject({ width: 430, height: 430 })
    }
  })

  it('B contains the scene, and the page or the home page', async () => {
    const scene = 'id=1@x'
    const at = { kind: 'scene', appId, scene, envVersion: 'release' }
    const page = 'pages/index/index'
    expect(await contentOf(b, { scene, page })).toEqual({ ...at, page })
    expect(await contentOf(b, { scene, path: 'pages/other' })).toEqual(at)
    await wechat.post('/sandbox/pages', { pages: ['first', 'home'] })
    expect(await contentOf(b, { scene })).toEqual({ ...at, page: 'first' })
    await wechat.post('/sandbox/pages', { home: 'home' })
    expect(await contentOf(b, { scene })).toEqual({ ...at, page: 'home' })
  })

  it('comes as a file', async () => {
    const { disposition } = await ask(a, { path: 'p' })
    expect(disposition).toBe('attachment; filename="QRCode.jpeg"')
  })

  it('can be read with Chinese in its path', async () => {
    const path = '页面/首页?名=值'
    expect(await contentOf(a, { path })).toMatchObject({ path })
  })

  it.each([280, 1_280])('has the requested width: %i', async (width) => {
    expect(await sizeOf(a, { path: 'p', width })).toEqual([width, width])
    expect(await sizeOf(b, { scene: 's', width })).toEqual([width, width])
    expect(await sizeOf(c, { path: 'p', width: String(width) })).toEqual([width, width])
  })

  it.each([
    ['black unless asked', {}, '0,0,0'],
    ['of the line_color, as text', { line_color: { r: '200', g: '0', b: '16' } }, '200,0,16'],
    ['of the line_color, as numbers', { line_color: { r: 0, g: 0, b: 255 } }, '0,0,255'],
    ['black for an empty line_color', { line_color: {} }, '0,0,0'],
    ['black for a line_color of no text', { line_color: '' }, '0,0,0'],
    ['black for a line_color of empty parts', { line_color: { r: '', g: '', b: '' } }, '0,0,0'],
  ])('is %s', async (_, look, colour) => {
    for (const made of [
      await picture(a, { path: 'p', ...look }),
      await picture(b, { scene: 's', ...look }),
    ]) {
      expect(made.colours[0]).toBe(white)
      expect(isNear(made.colours[1], colour)).toBe(true)
      expect(made.text()).toContain(appId)
    }
  })

  it('ignores line_color when auto_color is on', async () => {
    const look = { auto_color: true, line_color: { r: 'x' } }
    const { colours } = await picture(a, { path: 'p', ...look })
    expect(colours[0]).toBe(white)
    expect(isNear(colours[1], '7,96,57')).toBe(true)
  })

  it('C ignores colours', async () => {
    const { colours } = await picture(c, { path: 'p', line_color: { r: '200', g: '0', b: '0' } })
    expect(colours.slice(0, 2)).toEqual([white, '0,0,0'])
  })
})

describe('the check of a request for a code', () => {
  it.each([
    ['A without a path', a, {}, 40159],
    ['C with an empty path', c, { path: '' }, 40159],
    ['A with 129 bytes of path', a, { path: 'p'.repeat(129) }, 40159],
    ['A with 43 characters that are 129 bytes', a, { path: '页'.repeat(43) }, 40159],
    ['C with 129 bytes of path', c, { path: 'p'.repeat(129) }, 40159],
    ['a path that is the platform’s', a, { path: 'p?scancode_time=1' }, 85096],
    ['B without a scene', b, { page: 'p' }, 40169],
    ['B with 33 characters of scene', b, { scene: 's'.repeat(33) }, 40169],
    ['B with a % in its scene', b, { scene: 'a%20b' }, 40129],
    ['B with an & in its scene, by the page of 2018', b, { scene: 'a=1&b=2' }, 40129],
    ['B with Chinese in its scene', b, { scene: '中' }, 40129],
    ['B with a slash before its page', b, { scene: 's', page: '/pages/index/index' }, 41030],
    ['B with a query on its page', b, { scene: 's', page: 'pages/index/index?id=1' }, 41030],
    ['a width of nothing', a, { path: 'p', width: 0 }, 40097],
    ['a width that is no number', c, { path: 'p', width: 'wide' }, 40097],
    ['a colour above 255', a, { path: 'p', line_color: { r: '256', g: '0', b: '0' } }, 40097],
    ['a colour in hexadecimal', b, { scene: 's', line_color: { r: 'ff', g: '0', b: '0' } }, 40097],
  ])('refuses %s', async (_, path, body, code) => {
    expect(await errcode(path, body)).toBe(code)
  })

  it('refuses form-urlencoded bodies', async () => {
    for (const [path, code] of [
      [a, 40159],
      [b, 40169],
      [c, 40159],
    ] as const) {
      const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
      const reply = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams('path=p&scene=s'),
      })
      expect(await reply.json()).toMatchObject({ errcode: code })
    }
  })

  it('accepts values at the limits of the page', async () => {
    expect((await ask(a, { path: 'p'.repeat(128) })).type).toBe('image/jpeg')
    const scene = `!#><'()*+,/:;=?@-._~`
    expect(await contentOf(b, { scene })).toMatchObject({ scene })
    expect((await ask(b, { scene: 's'.repeat(32) })).type).toBe('image/jpeg')
  })

  it('refuses missing pages, and every page of an unpublished app', async () => {
    await wechat.post('/sandbox/pages', { pages: ['index'] })
    expect(await errcode(a, { path: 'other?x=1' })).toBe(41030)
    expect(await errcode(c, { path: 'other' })).toBe(41030)
    expect(await errcode(b, { scene: 's', page: 'other' })).toBe(41030)
    expect((await ask(a, { path: '/index?x=1' })).type).toBe('image/jpeg')
    await wechat.post('/sandbox/pages', { published: false })
    expect(await errcode(b, { scene: 's' })).toBe(41030)
    expect(await errcode(c, { path: 'index' })).toBe(41030)
  })
})

describe('the quotas of codes', () => {
  it('limit A and C together without an end, and not B', async () => {
    await wechat.post('/sandbox/quotas', { codes: 3 })
    expect(await many(2, () => ask(a, { path: 'same' }))).toBe(2)
    expect(await errcode(c, { path: '' })).toBe(40159)
    expect(await many(2, () => ask(c, { path: 'p' }))).toBe(1)
    wechat.sandbox.clock.advance(1e11)
    expect([await errcode(a, { path: 'p' }), await errcode(c, { path: 'p' })]).toEqual([
      45029, 45029,
    ])
    expect((await ask(b, { scene: 's' })).type).toBe('image/jpeg')
  })

  it('limit the calls of B by the minute, refused ones too, before any other error', async () => {
    await wechat.post('/sandbox/quotas', { codesPerMinute: 2 })
    expect(await errcode(b, { scene: '中' })).toBe(40129)
    expect(await many(1, () => ask(b, { scene: 's' }))).toBe(1)
    expect(await errcode(b, { scene: '中' })).toBe(45009)
    wechat.sandbox.clock.advance(minute)
    expect((await ask(b, { scene: 's' })).type).toBe('image/jpeg')
  })
})

describe('a code in edition 2026', () => {
  beforeEach(() => wechat.post('/sandbox/edition', { edition: '2026' }))

  it('A accepts 1024 bytes of path and can still be read, C only 128', async () => {
    const path = `p?${'x'.repeat(1_022)}`
    expect(await contentOf(a, { path })).toMatchObject({ path })
    expect(await errcode(a, { path: `${path}x` })).toBe(40159)
    expect(await errcode(c, { path })).toBe(40159)
  })

  it('is 280 to 1280 pixels wide', async () => {
    for (const width of [279, 1_281]) {
      expect(await errcode(a, { path: 'p', width })).toBe(40097)
      expect(await errcode(b, { scene: 's', width })).toBe(40097)
      expect(await errcode(c, { path: 'p', width })).toBe(40097)
    }
  })

  it('may have a transparent background', async () => {
    const { type, disposition, bytes } = await ask(a, { path: 'p', is_hyaline: true })
    expect([type, disposition]).toEqual(['image/png', 'attachment; filename="QRCode.png"'])
    const code = scan(bytes)
    expect(code.colours).toEqual(['transparent', '0,0,0'])
    expect(code.text()).toContain('"path":"p"')
  })

  it('opens the requested version', async () => {
    const body = { path: 'p', env_version: 'trial' }
    expect(await contentOf(a, body)).toMatchObject({ envVersion: 'trial' })
    expect(await errcode(b, { scene: 's', env_version: 'beta' })).toBe(40097)
  })

  it('B accepts & and $ in its scene, and > no longer', async () => {
    const scene = `!#$&'()*+,/:;=?@-._~`
    expect(await contentOf(b, { scene })).toMatchObject({ scene })
    expect(await errcode(b, { scene: 'a>b' })).toBe(40129)
  })

  it('B does not check the page when check_path is off', async () => {
    await wechat.post('/sandbox/pages', { pages: ['index'], published: false })
    const body = { scene: 's', page: 'other' }
    expect(await errcode(b, body)).toBe(41030)
    expect(await contentOf(b, { ...body, check_path: false })).toMatchObject({ page: 'other' })
  })
})

describe('a code in edition 2018', () => {
  it('ignores is_hyaline, env_version and check_path', async () => {
    const look = { is_hyaline: true, env_version: 'trial', check_path: false }
    const code = await picture(a, { path: 'p', ...look })
    expect(code.colours.slice(0, 2)).toEqual([white, '0,0,0'])
    expect(code.text()).toContain('"envVersion":"release"')
    await wechat.post('/sandbox/pages', { pages: ['index'] })
    expect(await errcode(b, { scene: 's', page: 'other', ...look })).toBe(41030)
  })

  it('has other bounds on the width, and is as wide as asked or refused', async () => {
    expect(await sizeOf(a, { path: 'p', width: 2_000 })).toEqual([2_000, 2_000])
    for (const width of [1, 4_097]) expect(await errcode(a, { path: 'p', width })).toBe(40097)
  })
})
