/** Replies that are made to take time: from a platform, or a gateway, that is not what it was. */
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { callRules } from '../../server/rules/wechat-calls.ts'
import { createWechatHttp } from '../../server/wechat/http.ts'
import { shareOfHoldLimit } from '../support/hold-timer.ts'
import { createReplyingDispatcher } from '../support/replying-dispatcher.ts'

const { maxReplyBytes, maxFileBytes } = callRules

function clientFor(body: string | Buffer, headers: Record<string, string> = {}) {
  const reply = { status: 200, headers, body: Buffer.from(body), isCut: false }
  return createWechatHttp({
    base: 'http://127.0.0.1',
    dispatcher: createReplyingDispatcher(reply),
  })
}
const call = { method: 'GET', path: '/x' } as const

/** As much of a pattern as a reply may hold. */
const full = (before: string, part: string, after: string) =>
  before + part.repeat((maxReplyBytes - before.length - after.length) / part.length) + after

/** Text that compresses to more than half. */
const words = Buffer.from(
  Array.from({ length: maxFileBytes / 8 - 1 }, (_, n) =>
    ((n * 2_654_435_761) >>> 0).toString(36).padStart(8, '0'),
  ).join(''),
)

describe('a reply that is made to take time', () => {
  it.each<[string, string | Buffer, Record<string, string>]>([
    ['of control characters', full('{"a":"', '\x01', '"}'), {}],
    ['of broken escapes', full('{"a":"', '\\x', '"}'), {}],
    ['of whole escapes', full('{"a":"', '\\u0000', '"}'), {}],
    ['of brackets', full('{"a":', '[', ''), {}],
    ['of closed brackets', full('{"a":[', '[],', '0]}'), {}],
    ['of empty texts', full('{"a":[', '"",', '0]}'), {}],
    ['of long numbers', full('{"a":[', '12345678901234567,', '0]}'), {}],
    ['of quotes', full('{', '"', ''), {}],
    ['of bytes that are no text', Buffer.alloc(maxReplyBytes, 0xff), {}],
    ['under 2,000 encodings', '{"errcode":0}', { 'content-encoding': 'deflate,'.repeat(2_000) }],
    ['that unpacks to ten megabytes', gzipSync(Buffer.alloc(maxFileBytes)), {}],
    ['that is a packed file of ten megabytes', gzipSync(words), {}],
    ['that is a file of JSON', `{"a":"${'\x01'.repeat(maxFileBytes - 8)}"}`, {}],
  ])('%s holds the event loop for less than 50 ms', async (_, body, headers) => {
    const http = clientFor(body, headers)
    for (const ask of [() => http.call(call), () => http.download(call)]) {
      expect(await shareOfHoldLimit(ask)).toBeLessThanOrEqual(1)
    }
  })

  it('is read as it is under more encodings than any gateway adds', async () => {
    const headers = { 'content-encoding': 'gzip, gzip, gzip' }
    const reply = await clientFor('{"errcode":40003}', headers).call(call)
    expect(reply).toMatchObject({ result: 'answered', errcode: 40003 })
    const packed = gzipSync(gzipSync(gzipSync('{"errcode":40003}')))
    const unread = await clientFor(packed, headers).call(call)
    expect(unread).toMatchObject({ result: 'unknown', cause: { code: 'NOT_JSON' } })
  })

  it('is read under two encodings, as a chain of gateways leaves it', async () => {
    const packed = gzipSync(brotliCompressSync('{"errcode":40003}'))
    const twice = { 'content-encoding': 'br, gzip' }
    expect(await clientFor(packed, twice).call(call)).toMatchObject({ errcode: 40003 })
  })

  it('counts as a file where it is larger than any refusal', async () => {
    const body = `{"errcode":40003,"a":"${'x'.repeat(maxReplyBytes)}"}`
    expect(await clientFor(body).download(call)).toMatchObject({ result: 'answered', errcode: 0 })
  })
})
