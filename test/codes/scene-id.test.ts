import { describe, expect, it } from '@jest/globals'
import { checkCode } from '../../server/codes/check-code.ts'
import { createSceneId, looksLikeSceneId } from '../../server/codes/code-request.ts'
import { systemRandom } from '../../server/runtime/world.ts'

describe('a scene of ours', () => {
  it('is valid in every edition', () => {
    for (const byte of [0x00, 0xfb, 0xff]) {
      const scene = createSceneId((bytes) => Buffer.alloc(bytes, byte))
      expect(scene).toMatch(/^[A-Za-z0-9_-]{22}$/)
      expect(checkCode({ kind: 'scene', scene }, '2018')).toEqual([])
      expect(checkCode({ kind: 'scene', scene }, '2026')).toEqual([])
    }
  })

  it('is never the same twice', () => {
    const scenes = Array.from({ length: 1_000 }, () => createSceneId(systemRandom))
    expect(new Set(scenes).size).toBe(1_000)
  })

  it('is recognised by its form', () => {
    expect(looksLikeSceneId(createSceneId(systemRandom))).toBe(true)
    expect(looksLikeSceneId('a=1')).toBe(false)
    expect(looksLikeSceneId('x'.repeat(23))).toBe(false)
  })
})
