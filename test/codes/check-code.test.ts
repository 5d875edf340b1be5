import { describe, expect, it } from '@jest/globals'
import { checkCode } from '../../server/codes/check-code.ts'
import type { CodeRequest } from '../../shared/wire/index.ts'

const fields = (request: CodeRequest, edition: '2018' | '2026' = '2018') =>
  checkCode(request, edition).map(({ path }) => path)
const path = (more: Partial<CodeRequest> = {}): CodeRequest => ({
  kind: 'path',
  path: 'pages/index?query=1',
  ...more,
})
const scene = (more: Partial<CodeRequest> = {}): CodeRequest => ({
  kind: 'scene',
  scene: 'a=1',
  ...more,
})
const qrcode = (more: Partial<CodeRequest> = {}): CodeRequest => ({ ...path(more), kind: 'qrcode' })
const lineColor = { r: 0, g: 17, b: 255 }
const shareId = 'share_0001'

describe('a code with a path', () => {
  it("passes as in the page's example", () => {
    expect(fields(path({ width: 430, autoColor: false, lineColor }))).toEqual([])
    expect(fields(qrcode({ width: 430 }))).toEqual([])
  })

  it('counts bytes, not characters', () => {
    // 42 times three bytes, and two more.
    expect(fields(path({ path: `${'码'.repeat(42)}ab` }))).toEqual([])
    expect(fields(path({ path: `${'码'.repeat(42)}abc` }))).toEqual(['/path'])
  })

  it('takes 1024 bytes in edition 2026, but 128 on a 二维码', () => {
    const long = 'p'.repeat(1024)
    expect(fields(path({ path: long }), '2026')).toEqual([])
    expect(fields(path({ path: `${long}p` }), '2026')).toEqual(['/path'])
    expect(fields(qrcode({ path: 'p'.repeat(128) }), '2026')).toEqual([])
    expect(fields(qrcode({ path: 'p'.repeat(129) }), '2026')).toEqual(['/path'])
  })

  it('does not count a leading slash, which is not sent', () => {
    expect(fields(path({ path: `/${'p'.repeat(128)}` }))).toEqual([])
  })

  it('counts the share that it carries', () => {
    const room = 128 - `?_wxr=${shareId}`.length
    expect(fields(path({ path: 'p'.repeat(room), shareId }))).toEqual([])
    expect(fields(path({ path: 'p'.repeat(room + 1), shareId }))).toEqual(['/path'])
  })

  it('carries one share at most', () => {
    expect(fields(path({ path: `p?_wxr=${shareId}` }))).toEqual([])
    expect(fields(path({ path: `p?_wxr=${shareId}`, shareId }))).toEqual(['/shareId'])
  })

  it.each([
    ['no path', { kind: 'path' }],
    ['an empty path', path({ path: '' })],
    ['a blank path', path({ path: ' ' })],
    ['a slash alone', path({ path: '/' })],
    ['an empty path with a share', path({ path: '', shareId })],
    ['a line break', path({ path: 'p\nq' })],
    ['the reserved parameter', path({ path: 'p?scancode_time=1' })],
  ] as [string, CodeRequest][])('is refused for %s', (_name, request) => {
    expect(fields(request)).toEqual(['/path'])
  })
})

describe('a code with a scene', () => {
  it('has a page or the home page', () => {
    expect(fields(scene({ page: 'pages/index/index' }))).toEqual([])
    expect(fields(scene())).toEqual([])
  })

  it('takes 32 characters', () => {
    expect(fields(scene({ scene: 'x'.repeat(32) }))).toEqual([])
    expect(fields(scene({ scene: 'x'.repeat(33) }))).toEqual(['/scene'])
    expect(fields(scene({ scene: '' }))).toEqual(['/scene'])
  })

  it("takes the characters of the edition's page", () => {
    expect(fields(scene({ scene: "aZ09!#><'()*+,/:;=?@-._~" }))).toEqual([])
    expect(fields(scene({ scene: "aZ09!#$&'()*+,/:;=?@-._~" }), '2026')).toEqual([])
  })

  it.each([
    ['2018', ['$', '&', '%', ' ', '码', '"', '\\', '^', '😀', '\n']],
    ['2026', ['<', '>', '%', ' ', '码', '"', '\\', '^', '😀', '\n']],
  ] as const)('takes no others in edition %s', (edition, characters) => {
    for (const character of characters) {
      expect(fields(scene({ scene: `a${character}` }), edition)).toEqual(['/scene'])
    }
  })

  it('names what is wrong with a scene, and the way out', () => {
    const [error] = checkCode(scene({ scene: '名字=张三' }), '2018')
    expect(error?.message).toContain('名 字 张 三')
    expect(error?.message).toContain('payload')
  })

  it('may have a payload in its place, but not beside it', () => {
    expect(fields({ kind: 'scene', payload: { any: ['json', null] } })).toEqual([])
    expect(fields({ kind: 'scene', payload: null })).toEqual([])
    expect(fields(scene({ payload: 1 }))).toEqual(['/payload'])
    expect(fields({ kind: 'scene' })).toEqual(['/scene'])
  })

  it('takes a payload of some depth', () => {
    const nested = (levels: number) =>
      JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
    expect(fields({ kind: 'scene', payload: nested(32) })).toEqual([])
    expect(fields({ kind: 'scene', payload: nested(33) })).toEqual(['/payload'])
    expect(fields({ kind: 'scene', payload: nested(5_000) })).toEqual(['/payload'])
  })

  it('carries a share behind a scene of ours, not beside one of somebody else', () => {
    expect(fields({ kind: 'scene', payload: {}, shareId })).toEqual([])
    expect(fields({ kind: 'scene', shareId })).toEqual([])
    expect(fields(scene({ shareId }))).toEqual(['/shareId'])
  })

  it.each(['/pages/index', 'pages/index?a=1', 'pages/index#a', '', 'pages/ index'])(
    'is refused for the page %j',
    (page) => expect(fields(scene({ page }))).toEqual(['/page']),
  )

  it('is refused for the reserved parameter', () => {
    expect(fields(scene({ scene: 'scancode_time=1' }))).toEqual(['/scene'])
  })

  it('does not look at a path, and says where the page belongs', () => {
    const [error, ...others] = checkCode(scene({ path: 'pages/index' }), '2018')
    expect(others).toEqual([])
    expect(error).toEqual({ path: '/path', message: expect.stringContaining('home page') })
  })
})

describe('the look of a code', () => {
  it('has any width in 2018, and 280 to 1280 pixels in 2026', () => {
    expect(fields(path({ width: 1 }))).toEqual([])
    expect(fields(path({ width: 100_000 }))).toEqual([])
    for (const width of [0, -430, 430.5, NaN, Infinity]) {
      expect(fields(path({ width }))).toEqual(['/width'])
    }
    for (const width of [280, 1280]) expect(fields(qrcode({ width }), '2026')).toEqual([])
    for (const width of [279, 1281]) expect(fields(scene({ width }), '2026')).toEqual(['/width'])
  })

  it('has colours of 0 to 255', () => {
    expect(fields(path({ lineColor: { r: 256, g: -1, b: 0.5 } }))).toEqual([
      '/lineColor/r',
      '/lineColor/g',
      '/lineColor/b',
    ])
  })

  it('has colours in decimal text, as the page writes them', () => {
    expect(fields(path({ lineColor: { r: '0', g: '17', b: '255' } }))).toEqual([])
    expect(fields(path({ lineColor: { r: '256', g: '-1', b: '' } }))).toEqual([
      '/lineColor/r',
      '/lineColor/g',
      '/lineColor/b',
    ])
    expect(fields(path({ lineColor: { r: '0x1', g: ' 1', b: '1.5' } }))).toHaveLength(3)
  })

  it('has no line colour beside an automatic one', () => {
    expect(fields(scene({ autoColor: true, lineColor }))).toEqual(['/lineColor'])
    expect(fields(scene({ autoColor: false, lineColor }))).toEqual([])
  })

  it('has options of its own in 2026, which 2018 does not know', () => {
    const options = { isHyaline: true, envVersion: 'trial' } as const
    expect(fields(path(options), '2026')).toEqual([])
    expect(fields(scene({ ...options, checkPath: false }), '2026')).toEqual([])
    expect(fields(scene({ ...options, checkPath: false }))).toEqual([
      '/isHyaline',
      '/envVersion',
      '/checkPath',
    ])
  })
})

describe('a field that does not count', () => {
  it('is refused on a 二维码: colours and options', () => {
    const request = qrcode({ autoColor: true, lineColor, isHyaline: true, envVersion: 'release' })
    expect(fields(request, '2026')).toEqual([
      '/autoColor',
      '/lineColor',
      '/isHyaline',
      '/envVersion',
    ])
  })

  it.each(['path', 'qrcode'] as const)('is refused with the kind %s: scene and its kin', (kind) => {
    const request = { ...path(), kind, scene: 'a', payload: {}, page: 'p', checkPath: true }
    expect(fields(request, '2026')).toEqual(['/scene', '/payload', '/page', '/checkPath'])
  })

  it('is named once, whatever else is wrong with it', () => {
    expect(fields(qrcode({ lineColor: { r: 999, g: 0, b: 0 } }))).toEqual(['/lineColor'])
    expect(fields(qrcode({ checkPath: true }))).toEqual(['/checkPath'])
  })
})
