import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { decodeText, parsePlatformJson } from '../../server/runtime/encoding.ts'

describe("the platform's JSON", () => {
  it('is read as JSON.parse reads it, where that reads it exactly', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const source = JSON.stringify(value)
        fc.pre(!/\d{16}/.test(source))
        expect(parsePlatformJson(source)).toEqual(JSON.parse(source))
        expect(parsePlatformJson(JSON.stringify(value, null, 2))).toEqual(JSON.parse(source))
      }),
    )
  })

  it('keeps integers beyond 2^53 as text, wherever they stand', () => {
    const source = '{"errcode":0,"msgid":3248682510344192008,"a":[-9007199254740993,{"b":[1e20]}]}'
    expect(parsePlatformJson(source)).toEqual({
      errcode: 0,
      msgid: '3248682510344192008',
      a: ['-9007199254740993', { b: [1e20] }],
    })
  })

  it('keeps smaller numbers, and digits within texts', () => {
    const source =
      '{"a":9007199254740991,"b":1.2345678901234567,"c":"3248682510344192008","d":-0.5}'
    expect(parsePlatformJson(source)).toEqual({
      a: 9007199254740991,
      b: 1.2345678901234567,
      c: '3248682510344192008',
      d: -0.5,
    })
  })

  it('is read with raw control characters in texts, a BOM and a trailing NUL', () => {
    expect(parsePlatformJson('\uFEFF {"errmsg":"a\b\n\x1db","errcode":0}\n\0')).toEqual({
      errmsg: 'a\b\n\x1db',
      errcode: 0,
    })
  })

  it.each(['', '[]', '7', '{"a":1', '{"a":}', '{"a":"b}', '{"a":01}', '{"a":1}x', '{"a":\x01 1}'])(
    'of %j is refused',
    (source) => {
      expect(parsePlatformJson(source)).toBeUndefined()
    },
  )

  it('is never an exception, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'{}[]":,\\u1234567890eE-+.tfn \0\n') }),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        const text = typeof given === 'string' ? given : decodeText(given)
        expect(() => parsePlatformJson(text)).not.toThrow()
      }),
      { numRuns: 2_000 },
    )
  })
})
