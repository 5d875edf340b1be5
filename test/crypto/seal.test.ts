import { describe, expect, it } from '@jest/globals'
import { createSeal } from '../../server/crypto/seal.ts'
import { systemRandom } from '../../server/runtime/world.ts'

const seal = createSeal(Buffer.alloc(32, 1), systemRandom)
const owner = { appId: 'wx123456', openId: 'o1' }
const plain = Buffer.from('0123456789abcdef')

describe('a sealed session key', () => {
  it('opens for its owner and discloses nothing', () => {
    const sealed = seal.seal(plain, owner)
    expect(seal.open(sealed, owner)).toEqual(plain)
    expect(sealed.includes(plain)).toBe(false)
    expect(seal.seal(plain, owner)).not.toEqual(sealed)
  })

  it('does not open for another user, another app or under another secret', () => {
    const sealed = seal.seal(plain, owner)
    expect(seal.open(sealed, { ...owner, openId: 'o2' })).toBeUndefined()
    expect(seal.open(sealed, { ...owner, appId: 'wx654321' })).toBeUndefined()
    expect(createSeal(Buffer.alloc(32, 2), systemRandom).open(sealed, owner)).toBeUndefined()
  })

  it('does not open with a flipped byte or a missing end', () => {
    const sealed = seal.seal(plain, owner)
    for (let index = 0; index < sealed.length; index++) {
      const flipped = Buffer.from(sealed)
      flipped[index] = (flipped[index] ?? 0) ^ 1
      expect(seal.open(flipped, owner)).toBeUndefined()
      expect(seal.open(sealed.subarray(0, index), owner)).toBeUndefined()
    }
  })
})
