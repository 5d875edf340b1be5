import { createDecipheriv, createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { startMs } from '../support/server/start-reach.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { answering, receiver, type Received, type Receiver } from './receiver.ts'

const openId = 'oMe'
const token = 'push-token'
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
let wechat: StartedSandbox
let mine: Receiver

beforeEach(async () => {
  wechat = await startSandbox()
  mine = await receiver()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(async () => {
  await wechat.close()
  await mine.close()
})

const configure = (mode: string, format: string) =>
  wechat.post('/sandbox/push-config', {
    appId: app.appId,
    url: mine.url,
    token,
    ...(mode === 'plain' ? {} : { aesKey }),
    mode,
    format,
  })
const push = (act: object) => wechat.post('/sandbox/pushes', { openId, ...act })
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex')

/** Decrypts as the platform's page says, without the sandbox's own code. */
function open(encrypted: string): { message: string; appId: string; bytes: Buffer } {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()])
  expect(padded.length % 32).toBe(0)
  const plain = padded.subarray(0, -padded.at(-1)!)
  const end = 20 + plain.readUInt32BE(16)
  return {
    message: plain.toString('utf8', 20, end),
    appId: plain.toString('utf8', end),
    bytes: plain.subarray(20, end),
  }
}
const encryptedOf = ({ body }: Received, format: string) =>
  format === 'json'
    ? (JSON.parse(body) as { Encrypt: string }).Encrypt
    : /<Encrypt><!\[CDATA\[(.*?)\]\]><\/Encrypt>/.exec(body)![1]!

describe('a push', () => {
  it.each([
    ['plain', 'xml'],
    ['plain', 'json'],
    ['compatible', 'xml'],
    ['compatible', 'json'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ])('is signed, and shows its content except in safe mode: %s %s', async (mode, format) => {
    await configure(mode, format)
    expect(await push({ msgtype: 'text', content: '你好' })).toMatchObject({
      accepted: true,
      attempts: 1,
      status: 200,
      body: 'success',
      reply: null,
    })
    const { query, contentType, body } = mine.received[0]!
    const { from, openid, signature, timestamp, nonce } = query
    expect([from, openid, timestamp]).toEqual(['wechat', openId, String(startMs / 1_000)])
    expect(signature).toBe(sha1(token, timestamp!, nonce!))
    expect('msg_signature' in query).toBe(mode !== 'plain')
    expect(contentType).toBe(format === 'xml' ? 'text/xml' : 'application/json')
    expect(body.includes('你好')).toBe(mode !== 'safe')
  })

  it.each([
    ['compatible', 'xml'],
    ['compatible', 'json'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ])('is encrypted for the app and signed with the ciphertext: %s %s', async (mode, format) => {
    await configure(mode, format)
    await push({ msgtype: 'text', content: '你好' })
    const post = mine.received[0]!
    const { timestamp, nonce, encrypt_type, msg_signature } = post.query
    const encrypted = encryptedOf(post, format)
    expect(encrypt_type).toBe('aes')
    expect(msg_signature).toBe(sha1(token, timestamp!, nonce!, encrypted))
    const { message, appId } = open(encrypted)
    expect(appId).toBe(app.appId)
    expect(message).toContain('你好')
    expect(message.startsWith(format === 'xml' ? '<xml>' : '{')).toBe(true)
  })

  it('carries a MsgId beyond 2^53, as a number in JSON and XML', async () => {
    await configure('plain', 'json')
    await push({ msgtype: 'text', content: 'a "quoted" word' })
    await push({ msgtype: 'text', content: 'again', msgId: '9007199254740993' })
    await configure('plain', 'xml')
    await push({ msgtype: 'text', content: 'a ]]> within', msgId: '9007199254740993' })
    const [first, second, third] = mine.received.map(({ body }) => body)
    expect(first!.replace(/gh_[0-9a-f]{12}/, 'ID').replace(/\d{19}\}$/, 'MSG_ID}')).toBe(
      '{"ToUserName":"ID","FromUserName":"oMe","CreateTime":1527825600,"MsgType":"text",' +
        '"Content":"a \\"quoted\\" word","MsgId":MSG_ID}',
    )
    expect(second).toContain('"MsgId":9007199254740993}')
    expect(third!.replace(/gh_\w+/, 'ID').slice(0, 123)).toBe(
      '<xml><ToUserName><![CDATA[ID]]></ToUserName><FromUserName><![CDATA[oMe]]></FromUserName>' +
        '<CreateTime>1527825600</CreateTime>',
    )
    expect(third).toContain('<Content><![CDATA[a ]]]]><![CDATA[> within]]></Content>')
    expect(third).toContain('<MsgId>9007199254740993</MsgId></xml>')
  })

  it.each([
    [
      { msgtype: 'image', picUrl: 'http://p', mediaId: 'm' },
      { MsgType: 'image', PicUrl: 'http://p', MediaId: 'm', MsgId: expect.anything() },
    ],
    [
      {
        msgtype: 'miniprogrampage',
        title: 't',
        pagePath: 'p?x=1',
        picUrl: 'http://p',
        mediaId: 'm',
      },
      {
        MsgType: 'miniprogrampage',
        Title: 't',
        AppId: app.appId,
        PagePath: 'p?x=1',
        ThumbUrl: 'http://p',
        ThumbMediaId: 'm',
        MsgId: expect.anything(),
      },
    ],
    [
      { msgtype: 'event', event: 'user_enter_tempsession', sessionFrom: 'sessionFrom' },
      { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'sessionFrom' },
    ],
  ])('of %j carries its fields', async (act, fields) => {
    await configure('plain', 'json')
    await push(act)
    const head = { ToUserName: expect.any(String), FromUserName: openId, CreateTime: 1527825600 }
    expect(JSON.parse(mine.received[0]!.body)).toEqual({ ...head, ...fields })
  })

  it('of an image without mediaId refers to one that can be fetched', async () => {
    await configure('plain', 'json')
    await push({ msgtype: 'image' })
    const { MediaId } = JSON.parse(mine.received[0]!.body) as { MediaId: string }
    const query = new URLSearchParams({ access_token: await wechat.token(), media_id: MediaId })
    const reply = await fetch(`${wechat.url}/cgi-bin/media/get?${query}`)
    expect(reply.headers.get('content-type')).toBe('image/jpeg')
  })

  describe('on a bad day', () => {
    const cut = Buffer.concat([Buffer.from('来'), Buffer.from([0xe6, 0xba]), Buffer.from('\n\x1d')])
    const textBase64 = cut.toString('base64')

    it.each([
      ['xml', 'text', '<Content><![CDATA[', ']]></Content>'],
      ['json', 'text', '"Content":"', '"'],
      ['xml', 'event', '<SessionFrom><![CDATA[', ']]></SessionFrom>'],
    ])('carries bytes as they are: %s, %s', async (format, msgtype, before, after) => {
      for (const mode of ['plain', 'safe']) {
        await configure(mode, format)
        await push({ msgtype, textBase64 })
        const received = mine.received.at(-1)!
        const bytes = mode === 'plain' ? received.bytes : open(encryptedOf(received, format)).bytes
        expect(bytes.includes(Buffer.concat([Buffer.from(before), cut, Buffer.from(after)]))).toBe(
          true,
        )
      }
    })

    it('comes again although it was accepted, with the same MsgId', async () => {
      await configure('plain', 'json')
      await push({ msgtype: 'text', times: 3 })
      const ids = mine.received.map(({ body }) => /"MsgId":(\d+)/.exec(body)![1])
      expect(ids).toHaveLength(3)
      expect(new Set(ids).size).toBe(1)
    })

    it('comes late, with the time of the act, and a later one overtakes it', async () => {
      const driven = createDrivenMonotonic()
      await wechat.close()
      wechat = await startSandbox({ monotonic: driven })
      await wechat.post('/sandbox/users', { openId })
      await configure('plain', 'json')
      const late = push({ msgtype: 'text', content: 'first', delayMs: 60_000 })
      await driven.waitedFor(60_000)
      wechat.sandbox.clock.advance(30_000)
      await push({ msgtype: 'text', content: 'second' })
      driven.advance(60_000)
      await late
      const [first, second] = mine.received.map(({ body }) => JSON.parse(body) as object)
      expect([first, second]).toMatchObject([
        { Content: 'second', CreateTime: startMs / 1_000 + 30 },
        { Content: 'first', CreateTime: startMs / 1_000 },
      ])
    })

    it('has no text to damage in an image', async () => {
      expect(await push({ msgtype: 'image', textBase64 })).toEqual({
        error: expect.stringContaining('/textBase64'),
      })
    })
  })

  it('opens the window before the receiver gets it', async () => {
    await configure('plain', 'json')
    const body = { touser: openId, msgtype: 'text', text: { content: 'at once' } }
    const sent = new Promise((resolve) => {
      mine.next((reply) => {
        void wechat.call('/cgi-bin/message/custom/send', body).then((answer) => {
          answering('success')(reply)
          resolve(answer)
        })
      })
    })
    await push({ msgtype: 'text' })
    expect(await sent).toMatchObject({ errcode: 0 })
  })

  it('is not posted while nothing is configured, and the reply says so', async () => {
    expect(await push({ msgtype: 'text' })).toEqual({
      accepted: false,
      problem: expect.stringContaining('POST /sandbox/push-config'),
    })
    expect(await wechat.post('/sandbox/pushes', { openId: 'oNobody', msgtype: 'text' })).toEqual({
      error: expect.stringContaining('POST /sandbox/users'),
    })
    expect(await push({ msgtype: 'voice' })).toEqual({ error: expect.stringContaining('/msgtype') })
  })

  it('is listed with its result until a reset', async () => {
    await configure('plain', 'xml')
    await push({ msgtype: 'event', event: 'debug_demo' })
    expect(await wechat.get('/sandbox/pushes')).toEqual({
      pushes: [expect.objectContaining({ event: 'debug_demo', openId, accepted: true })],
    })
    await wechat.post('/sandbox/reset')
    expect(await wechat.get('/sandbox/pushes')).toEqual({ pushes: [] })
  })
})
