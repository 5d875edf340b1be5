import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { isRandom, varietyOf, weaknessOf } from '../../server/config/key-strength.ts'
import { hashOf } from '../store/builders.ts'

describe('a key', () => {
  it('that was generated has the variety of its alphabet', () => {
    const hex = hashOf('a key').toString('hex')
    expect(varietyOf(hex)).toBe(256)
    expect(varietyOf(hex.slice(0, 48))).toBe(192)
    expect(varietyOf(hex.toUpperCase().slice(0, 32))).toBe(128)
    expect(varietyOf('8401739562843075')).toBeCloseTo(16 * Math.log2(10))
    expect(varietyOf('JBSWY3DPFQQFO33SNRSC4CTB')).toBe(24 * 5)
  })

  it('as docs/operations.md makes it is never too weak', () => {
    const keys = Array.from({ length: 500 }, () => randomBytes(24).toString('hex'))
    expect(keys.filter((key) => weaknessOf(key) !== undefined)).toEqual([])
  })

  it.each([
    'demo-key',
    'changeme',
    'a'.repeat(64),
    'abc'.repeat(30),
    '0123456789abcdef0123456789abcdef',
    '0123456789abcdefghijklmnopqrstuvwxyz',
    'passwordpasswordpasswordpassword',
    'P@ssw0rd-P@ssw0rd-1234-P@ssw0rd!',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
    'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
    'aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpP',
    'this-is-my-super-secret-api-key-for-production',
    'ThisIsMySuperSecretApiKeyForProduction2026!',
    'the-key-that-may-do-all-that-i-want',
    'wo-de-mi-yao-shi-hen-an-quan-de-bu-yao-gao-su-bie-ren',
    '20261129202611292026112920261129',
    '123e4567-e89b-42d3-a456-426614174000',
    hashOf('31 characters').toString('hex').slice(0, 31),
    hashOf('21 characters').toString('base64url').slice(0, 21),
  ])('that is typed or short is too weak: %s', (key) => {
    expect(weaknessOf(key)).toBe('has under 128 bits of variety')
  })
})

describe('32 bytes', () => {
  it('are random when a hash made them', () => {
    const keys = Array.from({ length: 1_000 }, (_, n) => hashOf(`key ${n}`))
    expect(keys.filter((key) => !isRandom(key))).toEqual([])
  })

  it.each([
    ['one byte', Buffer.alloc(32, 7)],
    ['two bytes in turn', Buffer.alloc(32, 'ab')],
    ['16 bytes twice', Buffer.concat([hashOf('x').subarray(0, 16), hashOf('x').subarray(0, 16)])],
    ['bytes that count', Buffer.from(Array.from({ length: 32 }, (_, n) => n))],
    [
      'bytes that count down by three',
      Buffer.from(Array.from({ length: 32 }, (_, n) => 200 - 3 * n)),
    ],
    ['a word and zeros', Buffer.from('secret'.padEnd(32, '\0'))],
    ['a phrase', Buffer.from('my company secret for production')],
  ])('are not random when they are %s', (_, bytes) => {
    expect(bytes).toHaveLength(32)
    expect(isRandom(bytes)).toBe(false)
  })
})
