import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { watermarkRule } from '../../server/rules/sessions.ts'
import { decryptUserData, openGIdOf } from '../../server/verify/user-data.ts'

/** The platform's own sample for decrypting user data. */
const sample = {
  appId: 'wx4f4bc4dec97d474b',
  iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  encryptedData: [
    'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1',
    'WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6Ch',
    'evvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIB',
    'zD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4P',
    'C7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwT',
    'yrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG',
    '20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==',
  ].join(''),
}
const sessionKey = Buffer.from('tiihtNczf5v6AKRyjwEUhQ==', 'base64')
const otherKey = Buffer.alloc(16, 7)
const madeAtMs = 1_477_314_187_000
const input = { ...sample, sessionKeys: [sessionKey], nowMs: madeAtMs + 1_000 }

/** Data as WeChat encrypts it. */
function encrypted(plaintext: string | Buffer, key = sessionKey) {
  const cipher = createCipheriv('aes-128-cbc', key, Buffer.from(sample.iv, 'base64'))
  return Buffer.concat([cipher.update(plaintext), cipher.final()]).toString('base64')
}
const marked = (fields: object, watermark: unknown) =>
  encrypted(JSON.stringify({ ...fields, watermark }))

describe("a phone's encrypted data", () => {
  it("is decrypted as in the platform's own sample", () => {
    expect(decryptUserData(input)).toMatchObject({
      ok: true,
      data: { openId: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE', unionId: 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA' },
      watermark: { appid: sample.appId, timestamp: madeAtMs / 1_000 },
    })
  })

  it('is decrypted with an earlier key after a sign-in in between', () => {
    const sessionKeys = [otherKey, Buffer.alloc(16), sessionKey]
    expect(decryptUserData({ ...input, sessionKeys }).ok).toBe(true)
  })

  it.each([[[otherKey]], [[]], [[Buffer.alloc(5)]]])(
    'stays closed without its key',
    (sessionKeys) => {
      expect(decryptUserData({ ...input, sessionKeys })).toEqual({
        ok: false,
        reason: 'undecryptable',
      })
    },
  )

  it('is undecryptable with any flipped byte at its ends', () => {
    const bytes = Buffer.from(sample.encryptedData, 'base64')
    for (const index of [0, 1, 15, bytes.length - 17, bytes.length - 1]) {
      const flipped = Buffer.from(bytes)
      flipped[index] = (flipped[index] ?? 0) ^ 0x55
      const result = decryptUserData({ ...input, encryptedData: flipped.toString('base64') })
      expect(result).toEqual({ ok: false, reason: 'undecryptable' })
    }
  })

  it('is undecryptable when a text within is not UTF-8', () => {
    const bytes = Buffer.from(`{"a":"xx","watermark":{"appid":"${sample.appId}","timestamp":1}}`)
    bytes[6] = 0xff
    const result = decryptUserData({ ...input, encryptedData: encrypted(bytes) })
    expect(result).toEqual({ ok: false, reason: 'undecryptable' })
  })

  it.each(['[1]', 'null', '"text"', '7', '{'])(
    'is undecryptable when its plaintext is %s',
    (plaintext) => {
      const result = decryptUserData({ ...input, encryptedData: encrypted(plaintext) })
      expect(result).toEqual({ ok: false, reason: 'undecryptable' })
    },
  )

  it.each([
    '',
    'a',
    '****',
    sample.encryptedData.replace('+', ' '),
    sample.encryptedData.slice(1),
    `${sample.encryptedData}\n`,
    sample.encryptedData.replace(/\+/g, '-'),
  ])('is refused when it is not base64 (%#)', (encryptedData) => {
    const result = decryptUserData({ ...input, encryptedData })
    expect(result).toEqual({ ok: false, reason: 'bad_base64' })
  })

  it.each([
    ['r7BXXKkLb8qrSNn05n0q', 'bad_iv'],
    [sample.iv.slice(0, -1), 'bad_iv'],
    [sample.iv.slice(0, 10), 'bad_iv'],
    ['', 'bad_iv'],
    ['r7BXXKkLb8qrSNn05n0qiA!!', 'bad_base64'],
  ])('is refused with the iv "%s"', (iv, reason) => {
    expect(decryptUserData({ ...input, iv })).toEqual({ ok: false, reason })
  })

  it('is refused when it was made for another app or has no watermark', () => {
    const foreign = { ok: false, reason: 'foreign_watermark' }
    expect(decryptUserData({ ...input, appId: 'wx0000000000000000' })).toEqual(foreign)
    for (const watermark of [undefined, null, 'wx', [], {}]) {
      const encryptedData = marked({ openGId: 'g' }, watermark)
      expect(decryptUserData({ ...input, encryptedData })).toEqual(foreign)
    }
  })

  it('is refused just after its maximum age, and just too far ahead', () => {
    const at = (nowMs: number) => decryptUserData({ ...input, nowMs })
    const tooOld = { ok: false, reason: 'too_old' }
    expect(at(madeAtMs + watermarkRule.maxAgeMs).ok).toBe(true)
    expect(at(madeAtMs + watermarkRule.maxAgeMs + 1)).toEqual(tooOld)
    expect(at(madeAtMs - watermarkRule.maxAheadMs).ok).toBe(true)
    expect(at(madeAtMs - watermarkRule.maxAheadMs - 1)).toEqual(tooOld)
    const encryptedData = marked({}, { appid: sample.appId, timestamp: 'now' })
    expect(decryptUserData({ ...input, encryptedData })).toEqual(tooOld)
  })

  it('never throws, whatever the input', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((raw) => Buffer.from(raw))
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      bytes.map((raw) => raw.toString('base64')),
    )
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(bytes, { maxLength: 3 }),
        (encryptedData, iv, sessionKeys) => {
          expect(decryptUserData({ ...input, encryptedData, iv, sessionKeys }).ok).toBe(false)
        },
      ),
    )
  })

  it('returns whatever WeChat encrypted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const watermark = { appid: sample.appId, timestamp: madeAtMs / 1_000 }
        const encryptedData = marked({ name }, watermark)
        expect(decryptUserData({ ...input, encryptedData })).toMatchObject({ data: { name } })
      }),
    )
  })
})

describe('the group in the data', () => {
  it('is found under the names of both calls', () => {
    expect(openGIdOf({ openGId: 'g1' })).toBe('g1')
    expect(openGIdOf({ opengid: 'g2', open_single_roomid: '' })).toBe('g2')
  })

  it.each([{}, { openGId: '' }, { openGId: 5 }])('is not found in %j', (data) => {
    expect(openGIdOf(data)).toBeUndefined()
  })
})
