import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { MonotonicClock } from '../../server/runtime/world.ts'
import { encrypt, sign } from '../../server/sandbox/push/crypto.ts'
import {
  app,
  createFixedRandom,
  startSandbox,
  type StartedSandbox,
} from '../support/server/start-sandbox.ts'
import { answering, receiver, type Receiver } from './receiver.ts'

const openId = 'oMe'
const token = 'push-token'
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
let wechat: StartedSandbox
let mine: Receiver
let timeOut: () => void

/** A time-out of five seconds ends when the test calls `timeOut`; nothing else ends. */
const monotonic: MonotonicClock = {
  now: () => 0,
  wait: (_, signal) =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true })
    }),
  after: (ms, task) => {
    if (ms === 5_000) timeOut = task
    return () => {}
  },
}

beforeEach(async () => {
  wechat = await startSandbox({ monotonic })
  mine = await receiver()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(async () => {
  await wechat.close()
  await mine.close()
})

const configure = (mode: string) =>
  wechat.post('/sandbox/push-config', { url: mine.url, token, aesKey, mode, format: 'json' })
const push = () => wechat.post('/sandbox/pushes', { openId, msgtype: 'text', content: '你好' })
const late = (_reply: ServerResponse) => timeOut()

describe('the response to a push', () => {
  it.each([
    ['success', null],
    ['', null],
    [' success\n', null],
    ['<xml><MsgType>transfer_customer_service</MsgType></xml>', expect.stringContaining('<xml>')],
    ['{"MsgType":"transfer_customer_service"}', '{"MsgType":"transfer_customer_service"}'],
  ])('is accepted: %j', async (body, reply) => {
    await configure('plain')
    mine.next(answering(body))
    expect(await push()).toMatchObject({ accepted: true, attempts: 1, body, reply })
  })

  it.each([
    ['a status of 500', answering('success', 500), 'status is 500'],
    ['a redirect', answering('', 302), 'status is 302'],
    ['another word', answering('ok'), 'neither success nor'],
    ['a JSON list', answering('[]'), 'neither success nor'],
    ['later than 5 s', late, 'no answer within 5 s'],
    ['a closed connection', (reply: ServerResponse) => reply.destroy(), 'connection failed'],
  ])('leads to three attempts when it is %s', async (_, answer, problem) => {
    await configure('plain')
    mine.next(answer, answer, answer)
    expect(await push()).toMatchObject({
      accepted: false,
      attempts: 3,
      problem: expect.stringContaining(problem),
    })
    expect(mine.received).toHaveLength(3)
    expect(new Set(mine.received.map(({ body }) => body)).size).toBe(1)
    expect(new Set(mine.received.map(({ query }) => query['nonce'])).size).toBe(3)
  })

  it('may come at the third attempt', async () => {
    await configure('plain')
    mine.next(late, answering('', 503))
    expect(await push()).toMatchObject({ accepted: true, attempts: 3, body: 'success' })
  })

  it('is decrypted when it is encrypted', async () => {
    await configure('safe')
    const Encrypt = encrypt(
      Buffer.from('{"demo_resp":"好"}'),
      app.appId,
      aesKey,
      createFixedRandom(),
    )
    const MsgSignature = sign(token, '1713424427', '415670741', Encrypt)
    const body = { Encrypt, MsgSignature, TimeStamp: 1713424427, Nonce: '415670741' }
    mine.next(answering(JSON.stringify(body)))
    expect(await push()).toMatchObject({ accepted: true, reply: '{"demo_resp":"好"}' })
  })

  it.each([
    ['a plain one in safe mode', {}, 'safe mode asks for an encrypted reply'],
    ['a wrong signature', { Encrypt: 'x', MsgSignature: 'x' }, 'MsgSignature'],
    [
      'impossible to decrypt',
      { Encrypt: 'AAAA', MsgSignature: sign(token, '', '', 'AAAA') },
      'cannot be decrypted',
    ],
  ])('is refused when it is %s', async (_, body, problem) => {
    await configure('safe')
    const answer = answering(JSON.stringify(body))
    mine.next(answer, answer, answer)
    expect(await push()).toMatchObject({
      accepted: false,
      attempts: 3,
      problem: expect.stringContaining(problem),
    })
  })

  it('is not awaited once the sandbox closes', async () => {
    await configure('plain')
    mine.next(() => {})
    // The sandbox may still tell its caller, or cut the connection before.
    const pushed = push().then(
      ({ accepted }) => accepted,
      () => false,
    )
    await mine.until(1)
    await wechat.close()
    expect(await pushed).toBe(false)
    expect(mine.received).toHaveLength(1)
  })
})
