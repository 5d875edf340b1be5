import { describe, expect, it } from '@jest/globals'
import { keyOfCode } from '../../server/codes/code-request.ts'
import type { CodeRequest } from '../../shared/wire/index.ts'

const keyOf = (request: CodeRequest) => keyOfCode(request).toString('base64url')
const same = (...requests: CodeRequest[]) => new Set(requests.map(keyOf)).size === 1
const distinct = (...requests: CodeRequest[]) =>
  new Set(requests.map(keyOf)).size === requests.length

describe('the key of a code', () => {
  it('is the same with the defaults written out', () => {
    const bare: CodeRequest = { kind: 'path', path: 'pages/index' }
    const lineColor = { r: 0, g: 0, b: 0 }
    const full: CodeRequest = { width: 430, autoColor: false, lineColor, ...bare }
    expect(same(bare, full, { ...full, isHyaline: false, envVersion: 'release' })).toBe(true)
    expect(same({ kind: 'qrcode', path: 'p' }, { kind: 'qrcode', path: 'p', width: 430 })).toBe(
      true,
    )
    expect(
      same({ kind: 'scene', scene: 's' }, { kind: 'scene', scene: 's', checkPath: true }),
    ).toBe(true)
  })

  it('is the same with and without a leading slash of the path', () => {
    expect(same({ kind: 'path', path: '/p?x' }, { kind: 'path', path: 'p?x' })).toBe(true)
    expect(same({ kind: 'qrcode', path: '/p?x' }, { kind: 'qrcode', path: 'p?x' })).toBe(true)
    const shareId = 'share_01'
    expect(
      same({ kind: 'path', path: '/p', shareId }, { kind: 'path', path: `p?_wxr=${shareId}` }),
    ).toBe(true)
  })

  it('is the same for a colour in numbers and in decimal text', () => {
    const path = { kind: 'path', path: 'p' } as const
    const black = { r: '0', g: '0', b: '0' }
    expect(same(path, { ...path, lineColor: black })).toBe(true)
    const texts = ['7', '007'].map((r) => ({ ...path, lineColor: { ...black, r } }))
    expect(same({ ...path, lineColor: { r: 7, g: 0, b: 0 } }, ...texts)).toBe(true)
  })

  it('does not depend on the order of fields, down into the payload', () => {
    const one = { kind: 'scene', payload: { a: 1, b: [{ c: 2, d: 3 }] }, page: 'p' } as const
    const other = { page: 'p', payload: { b: [{ d: 3, c: 2 }], a: 1 }, kind: 'scene' } as const
    expect(same(one, other)).toBe(true)
  })

  it('is the same for a share in the path and the same share beside it', () => {
    const path = 'pages/index?a=1'
    expect(
      same(
        { kind: 'path', path, shareId: 'share_01' },
        { kind: 'path', path: `${path}&_wxr=share_01` },
      ),
    ).toBe(true)
  })

  it('differs for all that makes another image', () => {
    const path = { kind: 'path', path: 'p' } as const
    const black = { r: 0, g: 0, b: 0 }
    expect(
      distinct(
        path,
        { kind: 'qrcode', path: 'p' },
        { kind: 'scene', scene: 'p' },
        { kind: 'scene', payload: 'p' },
        { kind: 'scene', payload: ['p'] },
        { kind: 'scene', payload: { p: null } },
        { kind: 'scene', shareId: 'share_01' },
        { kind: 'scene', payload: 'p', shareId: 'share_01' },
        { kind: 'scene', scene: 'p', page: 'p' },
        { kind: 'scene', scene: 'p', checkPath: false },
        { ...path, path: 'p?' },
        { ...path, shareId: 'share_01' },
        { ...path, width: 431 },
        { ...path, autoColor: true },
        { ...path, lineColor: { ...black, r: 1 } },
        { ...path, lineColor: { ...black, b: 1 } },
        { ...path, isHyaline: true },
        { ...path, envVersion: 'trial' },
      ),
    ).toBe(true)
  })

  it('never changes: codes are stored for ever', () => {
    expect(keyOf({ kind: 'path', path: 'pages/index?query=1' })).toBe(
      '_UMvMyEWcJtxXBrNNJmedw_kqZS4djU7tGZsT40pwlo',
    )
    expect(keyOf({ kind: 'qrcode', path: 'pages/index?query=1', width: 430 })).toBe(
      'sc9c8nzZVgJZg58SHCe2D0Xo4DCO_-Jd3YGHAWU6qcQ',
    )
    expect(keyOf({ kind: 'scene', payload: { 名: '张三' }, page: 'p' })).toBe(
      'ew64YjcsX4_GrG3103KL2xvBSWGFL7-jOJ384PHWVBQ',
    )
  })
})
