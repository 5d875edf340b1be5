import { createServer, type Server, type Socket, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createLateReplies, createWechatHttp, type WechatHttp } from '../../server/wechat/http.ts'
import {
  bytes,
  createScriptedServer,
  hang,
  held,
  json,
  reset,
  status,
  type Act,
  type ScriptedServer,
} from '../support/scripted-server.ts'

const call = { method: 'GET', path: '/x', query: { secret: 'hush', access_token: 'tok' } } as const
/** Long enough for a busy machine: only a silent server may exceed them. */
const short = { connectTimeoutMs: 1_000, timeoutMs: 1_000 }

describe('a call to the platform', () => {
  let server: ScriptedServer
  let http: WechatHttp

  beforeEach(async () => {
    server = await createScriptedServer()
    http = createWechatHttp({ base: server.base, ...short, maxReplyBytes: 1_000 })
  })
  afterEach(async () => {
    await server.close()
    await http.close()
  })

  it('sends its query and its JSON, and returns the reply', async () => {
    server.on('/x', json({ errcode: 40013, errmsg: 'invalid appid' }))
    const body = { name: '粤海喜来登酒店 🏨' }
    const reply = await http.call({ ...call, method: 'POST', body })
    expect(reply).toMatchObject({ result: 'answered', errcode: 40013, errmsg: 'invalid appid' })
    expect(server.calls).toEqual([{ method: 'POST', path: '/x', query: call.query, body }])
  })

  it('returns errcode 0 where the body has none, under any content type', async () => {
    server.on('/x', json({ title: '购买成功通知' }, 'text/plain'))
    const reply = await http.call(call)
    expect(reply).toMatchObject({ result: 'answered', errcode: 0, body: { title: '购买成功通知' } })
  })

  it('decodes a character that arrives in two pieces', async () => {
    const reply = Buffer.from('{"errmsg":"好"}')
    server.on('/x', (response) => {
      response.write(reply.subarray(0, 12))
      setImmediate(() => response.end(reply.subarray(12)))
    })
    expect(await http.call(call)).toMatchObject({ errmsg: '好' })
  })

  it.each<[string, string | Buffer, Record<string, string>]>([
    ['a raw control character', '{"errcode":40003,"errmsg":"a\bb\x1dc\nd"}', {}],
    ['a broken escape', String.raw`{"errcode":40003,"errmsg":"a\x08\u12"}`, {}],
    [
      'half a character',
      Buffer.from('7b2265727263 6f6465223a34303030332c226d223a22e6e6227d'.replace(' ', ''), 'hex'),
      {},
    ],
    ['a BOM', '\uFEFF{"errcode":40003}', {}],
    ['trailing NULs and lines', '{"errcode":40003}\0\n\0\n', {}],
    ['the errcode as text', '{"errcode":"40003"}', {}],
    ['unasked gzip', gzipSync('{"errcode":40003}'), { 'content-encoding': 'gzip' }],
    ['unasked brotli', brotliCompressSync('{"errcode":40003}'), { 'content-encoding': 'BR' }],
    ['unasked deflate', deflateSync('{"errcode":40003}'), { 'content-encoding': 'deflate' }],
    ['bare deflate', deflateRawSync('{"errcode":40003}'), { 'content-encoding': 'deflate' }],
    ['gzip without its header', gzipSync('{"errcode":40003}'), {}],
    ['gzip in gzip', gzipSync(gzipSync('{"errcode":40003}')), { 'content-encoding': 'gzip, gzip' }],
    ['a header of gzip over plain bytes', '{"errcode":40003}', { 'content-encoding': 'gzip' }],
  ])('reads a reply with %s', async (_name, written, headers) => {
    server.on('/x', bytes(written, headers))
    expect(await http.call(call)).toMatchObject({ result: 'answered', errcode: 40003 })
  })

  it('reads a whole reply behind which the connection breaks, and no part of a file', async () => {
    const broken: Act = (response) => {
      response.write('{"errcode":40003}')
      setTimeout(() => response.socket?.destroy(), 20)
    }
    server.on('/x', broken)
    expect(await http.call(call)).toMatchObject({ result: 'answered', errcode: 40003 })
    expect(await http.download(call)).toMatchObject({ result: 'unknown' })
  })

  it('asks for a reply that is not compressed', async () => {
    let asked: unknown
    server.on('/x', (response) => {
      asked = response.req.headers['accept-encoding']
      response.end('{}')
    })
    await http.call(call)
    expect(asked).toBe('identity')
  })

  it('keeps integers beyond 2^53 as the text of their digits', async () => {
    server.on('/x', bytes('{"errcode":0,"msgid":3248682510344192008,"list":[9007199254740993]}'))
    const body = { msgid: '3248682510344192008', list: ['9007199254740993'] }
    expect(await http.call(call)).toMatchObject({ result: 'answered', body })
  })

  it('takes an image that a gateway has compressed', async () => {
    const image = Buffer.from(`\xff\xd8\xff${'x'.repeat(99)}`, 'latin1')
    server.on('/x', bytes(gzipSync(image), { 'content-encoding': 'gzip' }))
    const reply = await http.download(call)
    expect(reply).toMatchObject({ result: 'answered', body: { bytes: image } })
  })

  it('appends its path to the path of the base', async () => {
    const below = createWechatHttp({ base: `${server.base}/gateway/`, ...short })
    server.on('/gateway/x', json({ errcode: 0 }))
    expect((await below.call(call)).result).toBe('answered')
    await below.close()
  })

  it.each([
    ['a 502 page', status(502, '<html>bad gateway</html>'), 'HTTP_502'],
    ['a 500 that holds JSON', status(500, '{"errcode":0}'), 'HTTP_500'],
    ['a redirect', status(302, '', { location: '/y' }), 'HTTP_302'],
    ['an HTML page under 200', status(200, '<html>'), 'NOT_JSON'],
    ['a JSON array', status(200, '[]'), 'NOT_JSON'],
    ['a JSON null', status(200, 'null'), 'NOT_JSON'],
    ['an errcode that is no number', status(200, '{"errcode":"ok"}'), 'NOT_JSON'],
    ['an errcode between two numbers', status(200, '{"errcode":0.5}'), 'NOT_JSON'],
    ['JSON that ends early', status(200, '{"errcode":0'), 'NOT_JSON'],
    ['gzip that ends early', bytes(gzipSync('{"errcode":0}').subarray(0, 15)), 'NOT_JSON'],
    [
      'gzip that holds too much',
      bytes(gzipSync(`{"a":"${'x'.repeat(9_000)}"}`)),
      'REPLY_TOO_LARGE',
    ],
    ['an empty body', status(200), 'NOT_JSON'],
    ['a body over the limit', status(200, `{"a":"${'x'.repeat(1_000)}"}`), 'REPLY_TOO_LARGE'],
    ['a reset', reset, 'UND_ERR_SOCKET'],
    ['silence', hang, 'TIMED_OUT'],
  ])('has an unknown result after %s, and is not made again', async (_name, act, code) => {
    server.on('/x', act)
    const reply = await http.call(call)
    expect(reply).toMatchObject({ result: 'unknown', cause: { code, sent: true, call: 'GET /x' } })
    expect(server.calls).toHaveLength(1)
  })

  describe('with late replies', () => {
    const send = { ...call, method: 'POST', awaitLateReply: true } as const
    const clientFor = (lateReplyMs: number) =>
      createWechatHttp({ base: server.base, connectTimeoutMs: 1_000, timeoutMs: 50, lateReplyMs })

    it.each([
      ['an answer', json({ errcode: 43101, errmsg: 'no' }), { result: 'answered', errcode: 43101 }],
      ['a 502 page', status(502), { result: 'unknown', cause: { code: 'HTTP_502' } }],
      ['a reset', reset, { result: 'unknown', cause: { code: 'UND_ERR_SOCKET' } }],
    ])('receives %s that comes after the time-out', async (_name, act, late) => {
      const slow = held(act)
      server.on('/x', slow.act)
      const patient = clientFor(60_000)
      const reply = await patient.call(send)
      expect(reply).toMatchObject({ result: 'unknown', cause: { code: 'TIMED_OUT' } })
      slow.release()
      expect(await (reply as { lateReply?: Promise<unknown> }).lateReply).toMatchObject(late)
      expect(server.calls).toHaveLength(1)
      await patient.close()
    })

    it('awaits no late reply once its time is over, or the client closes', async () => {
      server.on('/x', hang)
      const [brief, patient] = [clientFor(50), clientFor(60_000)]
      const over = { result: 'unknown', cause: { code: 'TIMED_OUT' } }
      const [first, second] = [await brief.call(send), await patient.call(send)]
      expect(await (first as { lateReply?: Promise<unknown> }).lateReply).toMatchObject(over)
      await Promise.all([brief.close(), patient.close()])
      expect(await (second as { lateReply?: Promise<unknown> }).lateReply).toMatchObject(over)
    })

    it('awaits no late reply unless the request and the options ask for it', async () => {
      server.on('/x', hang)
      const [patient, hasty] = [clientFor(60_000), clientFor(0)]
      expect(await patient.call(call)).not.toHaveProperty('lateReply')
      expect(await hasty.call(send)).not.toHaveProperty('lateReply')
      await Promise.all([patient.close(), hasty.close()])
    })
  })

  it('has an unknown result when the body stops arriving', async () => {
    server.on('/x', (response) => void response.write('{"errcode":'))
    expect(await http.call(call)).toMatchObject({ result: 'unknown', cause: { code: 'TIMED_OUT' } })
  })

  it('has an unknown result when a reused connection is reset', async () => {
    server.on('/x', [json({}), reset])
    await http.call(call)
    expect(await http.call(call)).toMatchObject({ result: 'unknown' })
  })

  it('never puts the secrets of its URL into an error', async () => {
    server.on('/x', [reset, status(200, 'hush tok')])
    const shown = inspect([await http.call(call), await http.call(call)], { depth: 9 })
    expect(shown).toContain('GET /x')
    expect(shown).not.toMatch(/hush|tok\b/)
  })
})

describe('a call that cannot connect', () => {
  async function resultAt(base: string) {
    const http = createWechatHttp({ base, ...short })
    const reply = await http.call(call)
    await http.close()
    return reply
  }

  it('was not sent when the port is closed, on every address of the name', async () => {
    const closed = await createScriptedServer()
    await closed.close()
    const notSent = { result: 'not_sent', cause: { code: 'ECONNREFUSED', sent: false } }
    expect(await resultAt(closed.base)).toMatchObject(notSent)
    expect(await resultAt(closed.base.replace('127.0.0.1', 'localhost'))).toMatchObject(notSent)
  })

  it('was not sent when the name has no address', async () => {
    expect(await resultAt('http://nowhere.invalid')).toMatchObject({ result: 'not_sent' })
  })

  it('was not sent when the other side speaks no TLS', async () => {
    const server = await createScriptedServer()
    const base = server.base.replace('http:', 'https:')
    expect(await resultAt(base)).toMatchObject({ result: 'not_sent' })
    expect(server.calls).toHaveLength(0)
    await server.close()
  })

  it.each([
    [
      'connecting takes too long',
      { connectTimeoutMs: 50, timeoutMs: 9_000 },
      'UND_ERR_CONNECT_TIMEOUT',
    ],
    [
      'the whole call takes too long before',
      { connectTimeoutMs: 9_000, timeoutMs: 50 },
      'TIMED_OUT',
    ],
  ])('was not sent when TLS is never established and %s', async (_name, limits, code) => {
    const sockets: Socket[] = []
    const silent: Server = createServer((socket) => void sockets.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const http = createWechatHttp({ base: `https://127.0.0.1:${port}`, ...limits })
    const reply = await http.call(call)
    for (const socket of sockets) socket.destroy()
    await Promise.all([http.close(), new Promise((resolve) => silent.close(resolve))])
    expect(reply).toMatchObject({ result: 'not_sent', cause: { code } })
  })
})

describe('late replies', () => {
  it('are awaited up to a number at once: one more is refused', () => {
    const late = createLateReplies({ waitMs: 60_000, most: 2 })
    const [first, second] = [late.add(() => {}), late.add(() => {})]
    expect(second).toBeDefined()
    expect(late.add(() => {})).toBeUndefined()
    first!()
    const third = late.add(() => {})
    expect(third).toBeDefined()
    late.close()
    expect(late.add(() => {})).toBeUndefined()
    for (const stop of [second, third]) stop!()
  })
})
