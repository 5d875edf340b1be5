import { describe, expect, it } from '@jest/globals'
import { createSeal } from '../../server/crypto/seal.ts'
import { systemRandom } from '../../server/runtime/world.ts'

const seal = createSeal([Buffer.alloc(32, 1)], systemRandom)
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
    expect(createSeal([Buffer.alloc(32, 2)], systemRandom).open(sealed, owner)).toBeUndefined()
  })

  it('is sealed under the first secret key, and opens under any of the list', () => {
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const both = createSeal([newer, older], systemRandom)
    const sealed = both.seal(plain, owner)
    expect(createSeal([newer], systemRandom).open(sealed, owner)).toEqual(plain)
    expect(createSeal([older], systemRandom).open(sealed, owner)).toBeUndefined()
    expect(both.open(seal.seal(plain, owner), owner)).toEqual(plain)
    expect([both.isCurrent(sealed), both.isCurrent(seal.seal(plain, owner))]).toEqual([true, false])
  })

  it('begins with an id of its secret key, which says nothing about the key', () => {
    const key = Buffer.alloc(32, 1)
    const id = seal.seal(plain, owner).subarray(0, 4)
    expect(id).toEqual(seal.keyId)
    expect(createSeal([key], systemRandom).keyId).toEqual(id)
    expect(createSeal([Buffer.alloc(32, 2)], systemRandom).keyId).not.toEqual(id)
    expect(key.includes(id)).toBe(false)
  })

  it.each([
    ['none', []],
    ['one of 31 bytes', [Buffer.alloc(31)]],
    ['one of 33 bytes behind a good one', [Buffer.alloc(32, 1), Buffer.alloc(33)]],
  ])('needs secret keys of 32 bytes: not %s', (_, keys) => {
    expect(() => createSeal(keys, systemRandom)).toThrow(/32 bytes/)
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
