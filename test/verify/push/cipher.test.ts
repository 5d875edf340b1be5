import { describe, expect, it } from '@jest/globals'
import { decodeAesKey, decryptMessage, encryptMessage } from '../../../server/verify/push/cipher.ts'
import { encrypted, framed, padded, settings } from './platform.ts'

const key = decodeAesKey(settings.aesKey)!
const { appId } = settings
const random = (bytes: number) => Buffer.alloc(bytes, 'r')
/** Messages of such lengths that every padding from 1 to 32 occurs. */
const lengths = Array.from({ length: 32 }, (_, index) => index + 1)

describe('the encryption of pushes', () => {
  it('decrypts its own output and has the documented layout, for every padding', () => {
    for (const length of lengths) {
      const message = 'm'.repeat(length)
      const made = encryptMessage({ message, appId, key, random })
      expect(made).toBe(encrypted(padded(framed(message))))
      expect(decryptMessage(made, key)).toEqual({ message: Buffer.from(message), appId })
    }
  })

  it('rejects any wrong byte of the padding', () => {
    let tried = 0
    for (const length of lengths) {
      const plain = framed('m'.repeat(length))
      const blocks = padded(plain)
      for (let index = plain.length; index < blocks.length; index++) {
        const wrong = Buffer.from(blocks)
        wrong[index] = 33
        expect(decryptMessage(encrypted(wrong), key)).toBeUndefined()
        tried++
      }
    }
    expect(tried).toBe((32 * 33) / 2)
  })

  it.each([0, 33, 255])('rejects a padding of %d', (count) => {
    const blocks = Buffer.concat([framed('m'.repeat(10)), Buffer.alloc(64, count)])
    const whole = blocks.subarray(0, blocks.length - (blocks.length % 32))
    expect(decryptMessage(encrypted(whole), key)).toBeUndefined()
  })

  it('rejects a padding to blocks of 16', () => {
    const plain = Buffer.concat([framed('m'.repeat(26 - 18)), Buffer.alloc(2, 2)])
    expect(plain.length % 32).toBe(16)
    expect(decryptMessage(encrypted(plain), key)).toBeUndefined()
  })

  it.each([4_294_967_295, 2_147_483_648, 29])('rejects the length %d', (length) => {
    const message = 'm'.repeat(10)
    const plain = padded(framed(message, appId, length))
    expect(decryptMessage(encrypted(plain), key)).toBeUndefined()
  })

  it('rejects a text without its head', () => {
    for (const length of [0, 1, 16, 19]) {
      const plain = padded(Buffer.alloc(length, 'r'))
      expect(decryptMessage(encrypted(plain), key)).toBeUndefined()
    }
  })

  it('rejects a text without its last block', () => {
    const whole = Buffer.from(encrypted(padded(framed('m'.repeat(100)))), 'base64')
    for (let end = 0; end < whole.length; end++) {
      const cut = whole.subarray(0, end).toString('base64')
      expect(decryptMessage(cut, key)).toBeUndefined()
    }
  })

  it.each(['', ' ', '=', '*', 'AAAA', '你好', '\0'])('rejects %j', (text) => {
    expect(decryptMessage(text, key)).toBeUndefined()
  })

  it('rejects base64 of another kind', () => {
    const made = encrypted(padded(framed('m'.repeat(50))))
    expect(made).toMatch(/[+/]/)
    for (const other of [made.replaceAll('+', '-').replaceAll('/', '_'), `${made}\n`, ` ${made}`]) {
      expect(decryptMessage(other, key)).toBeUndefined()
    }
  })
})

describe('an EncodingAESKey', () => {
  it('is 32 bytes in 43 characters, also when the last one is not canonical', () => {
    expect(decodeAesKey(`${'A'.repeat(42)}B`)).toEqual(Buffer.alloc(32))
    expect(decodeAesKey(`${'z'.repeat(42)}9`)?.length).toBe(32)
  })

  it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)} `, `${'A'.repeat(42)}-`])(
    'is not %j',
    (text) => {
      expect(decodeAesKey(text)).toBeUndefined()
    },
  )
})
