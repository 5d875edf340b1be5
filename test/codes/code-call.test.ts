import { describe, expect, it } from '@jest/globals'
import { codeCall } from '../../server/codes/code-request.ts'

describe('the call at WeChat', () => {
  it('has the fields of the request and no others', () => {
    expect(codeCall({ kind: 'path', path: 'p' })).toEqual({ kind: 'path', path: 'p' })
    expect(codeCall({ kind: 'scene', scene: 's' })).toEqual({ kind: 'scene', scene: 's' })
    const look = { width: 280, autoColor: false, lineColor: { r: 1, g: 2, b: 3 } }
    const options = { isHyaline: true, envVersion: 'trial' } as const
    const full = {
      kind: 'scene',
      scene: 's',
      page: 'p',
      checkPath: false,
      ...look,
      ...options,
    } as const
    expect(codeCall(full)).toEqual(full)
    expect(codeCall({ kind: 'qrcode', path: 'p', width: 280 })).toEqual({
      kind: 'qrcode',
      path: 'p',
      width: 280,
    })
  })

  it('has a path without a leading slash, and a colour in numbers', () => {
    const lineColor = { r: '1', g: '020', b: 255 }
    expect(codeCall({ kind: 'path', path: '/p?x', lineColor })).toEqual({
      kind: 'path',
      path: 'p?x',
      lineColor: { r: 1, g: 20, b: 255 },
    })
    expect(codeCall({ kind: 'qrcode', path: '/p?x' })).toEqual({ kind: 'qrcode', path: 'p?x' })
  })

  it('puts a share into the path', () => {
    const shareId = 'share_01'
    expect(codeCall({ kind: 'path', path: 'p', shareId })).toMatchObject({
      path: 'p?_wxr=share_01',
    })
    expect(codeCall({ kind: 'qrcode', path: 'p?a=1', shareId })).toMatchObject({
      path: 'p?a=1&_wxr=share_01',
    })
  })

  it('has the scene with the payload behind it', () => {
    const request = { kind: 'scene', payload: { a: 1 }, page: 'p', shareId: 'share_01' } as const
    expect(codeCall(request, 'minted')).toEqual({ kind: 'scene', scene: 'minted', page: 'p' })
  })
})
