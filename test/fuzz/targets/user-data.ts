/** What a phone sends as encrypted by WeChat; the phone knows the key. */
import { createCipheriv } from 'node:crypto'
import * as fc from 'fast-check'
import { decryptUserData, openGIdOf } from '../../../server/verify/user-data.ts'
import { isValue } from '../../../server/verify/values.ts'
import { hostileText, jsonTokens, mutatedBytes, mutatedBytesOf } from '../../support/mutations.ts'
import { mutatedValue } from '../../support/mutations.ts'
import { officialSample } from '../../support/server/official-sample.ts'
import { promised, type FuzzTarget } from './target.ts'

const { appId, madeAtMs } = officialSample
const nowMs = madeAtMs + 1_000
const current = Buffer.from(officialSample.sessionKey, 'base64')
const earlier = Buffer.alloc(16, 7)
const unknown = Buffer.alloc(16, 8)
const goodIv = Buffer.from(officialSample.iv, 'base64')

const watermark = { appid: appId, timestamp: madeAtMs / 1_000 }
const plains = [
  { openGId: 'tGDlmb4iJ1O7Yzkvhgf5Bh6hQ7xo', watermark },
  { opengid: 'tGDlmb4iJ1O7Yzkvhgf5Bh6hQ7xo', watermark },
  { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86', watermark },
  { openGId: 'g', watermark: { appid: 'wx0000000000000000', timestamp: madeAtMs / 1_000 } },
  { openGId: 'g', watermark: { appid: appId, timestamp: 1 } },
]

const plaintext = fc.oneof(
  { weight: 3, arbitrary: mutatedValue(plains).map((value) => Buffer.from(JSON.stringify(value))) },
  {
    weight: 1,
    arbitrary: mutatedBytes(
      plains.map((plain) => JSON.stringify(plain)),
      { tokens: jsonTokens, maxBytes: 3_000 },
    ),
  },
)

const sealed = fc
  .tuple(plaintext, fc.constantFrom(current, current, current, earlier, unknown))
  .map(([plain, key]) => {
    const cipher = createCipheriv('aes-128-cbc', key, goodIv)
    return Buffer.concat([cipher.update(plain), cipher.final()])
  })

const base64 = (bytes: Buffer) => bytes.toString('base64')
const options = { tokens: ['\0', '='], maxBytes: 3_000 }
const altered = mutatedBytesOf(sealed, options).map(base64)

export const userData: FuzzTarget<{ encryptedData: string; iv: string }> = {
  name: 'user-data',
  inputs: fc.record({
    encryptedData: fc.oneof(
      { weight: 6, arbitrary: sealed.map(base64) },
      { weight: 2, arbitrary: altered },
      {
        weight: 1,
        arbitrary: mutatedBytesOf(
          altered.map((text) => Buffer.from(text)),
          options,
        ).map(String),
      },
      { weight: 1, arbitrary: hostileText(4_096) },
    ),
    iv: fc.oneof(
      { weight: 8, arbitrary: fc.constant(officialSample.iv) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => base64(Buffer.from(bytes))),
      },
      { weight: 1, arbitrary: hostileText(64) },
    ),
  }),
  read({ encryptedData, iv }) {
    const sessionKeys = [current, earlier]
    const result = decryptUserData({ encryptedData, iv, sessionKeys, appId, nowMs })
    if (!result.ok) return result.reason
    promised(result.watermark.appid === appId, 'data of another app stays closed')
    const openGId = openGIdOf(result.data)
    if (openGId === undefined) return 'no_group'
    promised(isValue('openGId', openGId), 'an openGId can be stored')
    return 'group'
  },
  outcomes: 'bad_base64 bad_iv undecryptable foreign_watermark too_old group no_group'.split(' '),
}
