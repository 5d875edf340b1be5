import { afterEach, describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import { listen } from '../../../server/runtime/listen.ts'
import { createAsk } from '../../support/server/http-client.ts'
import { pushToken, startPushes, user, type WithPushes } from '../../support/server/start-pushes.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { hour, minute, second } from '../../../server/rules/time.ts'
import { sha1 } from '../../verify/push/platform.ts'

let server: WithPushes
afterEach(() => server.close())

const at = `/v1/push/${app.appId}`
const stamp = (nonce = '1', ms = startMs) => ({
  timestamp: String(Math.floor(ms / 1_000)),
  nonce,
})
const plainQuery = (nonce?: string, ms?: number, token = pushToken) => {
  const { timestamp, nonce: own } = stamp(nonce, ms)
  const signature = sha1(token, timestamp, own)
  return new URLSearchParams({ signature, timestamp, nonce: own }).toString()
}
const forgedQuery = () => plainQuery('1', startMs, 'a-token-that-was-guessed')
const text = (msgId: string) =>
  `{"ToUserName":"gh_1","FromUserName":"${user}","CreateTime":${startMs / 1_000},` +
  `"MsgType":"text","Content":"hi","MsgId":${msgId}}`
const post = (body: unknown, query = plainQuery(), path = at) =>
  server.ask(`POST ${path}?${query}`, { token: null, body })

describe('a push', () => {
  it.each([
    ['plain', 'xml'],
    ['plain', 'json'],
    ['compatible', 'xml'],
    ['compatible', 'json'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ] as const)('in the mode %s as %s opens the window and is acknowledged', async (mode, format) => {
    server = await startPushes({ mode, format })
    expect(await server.push({ msgtype: 'text', content: '你好' })).toMatchObject({
      accepted: true,
      attempts: 1,
      reply: null,
    })
    const until = new Date(startMs + 48 * hour).toISOString()
    expect((await server.credits()).canReceive.customer).toEqual({ uses: 5, until })
    expect((await server.credits()).credits).toEqual([
      {
        id: expect.any(String),
        kind: 'wrote',
        channel: 'customer',
        usesLeft: 5,
        expiresAt: until,
      },
    ])
  })

  it.each([
    ['2018', 1],
    ['2026', 2],
  ] as const)('of entering opens a minute in the edition of %s', async (edition, uses) => {
    server = await startPushes({ edition })
    await server.push({ msgtype: 'event', event: 'user_enter_tempsession' })
    const until = new Date(startMs + minute).toISOString()
    expect((await server.credits()).canReceive.customer).toEqual({ uses, until })
    server.clock.advance(minute)
    expect((await server.credits()).canReceive.customer).toEqual({ uses: 0 })
  })

  it('of an image and of a card opens the window too, another event does not', async () => {
    server = await startPushes()
    await server.push({ msgtype: 'event', event: 'debug_demo' })
    expect((await server.credits()).credits).toEqual([])
    for (const msgtype of ['image', 'miniprogrampage']) {
      server.clock.advance(49 * hour)
      await server.push({ msgtype })
      expect((await server.credits()).canReceive.customer.uses).toBe(5)
    }
  })

  it('that is delivered twice counts once', async () => {
    server = await startPushes()
    await server.push({ msgtype: 'text', msgId: '4611686018427387904' })
    await server.send({ channel: 'customer', msgtype: 'text', text: { content: 'Hello' } })
    const again = await server.push({ msgtype: 'text', msgId: '4611686018427387904' })
    expect(again).toMatchObject({ accepted: true })
    expect((await server.credits()).canReceive.customer.uses).toBe(4)
    await server.push({ msgtype: 'text', msgId: '4611686018427387905' })
    expect((await server.credits()).canReceive.customer.uses).toBe(5)
  })

  it('in plain mode is acknowledged with success', async () => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    const answer = await post(text('1'))
    expect([answer.status, answer.type, answer.text]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'success',
    ])
  })

  it('distinguishes two MsgIds that exceed a JavaScript number', async () => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    await post(text('9007199254740993'))
    await server.send({ channel: 'customer', msgtype: 'text', text: { content: 'Hello' } })
    await post(text('9007199254740992'))
    expect((await server.credits()).canReceive.customer.uses).toBe(5)
  })
})

describe('a push that WeChat did not write', () => {
  const refused = (answer: { status: number; text: string; type: string }) => {
    expect([answer.status, answer.text]).toEqual([403, 'forbidden'])
    expect(answer.type).toBe('text/plain; charset=utf-8')
  }
  const reasons = () => server.lines.flatMap((line) => /"reason":"(\w+)"/.exec(line)?.[1] ?? [])

  it.each([
    ['forged', forgedQuery(), 'bad_signature'],
    ['an hour old', plainQuery('1', startMs - hour - second), 'stale'],
    ['without a signature', '', 'bad_query'],
    ['with two nonces', `${plainQuery('1')}&nonce=2`, 'bad_query'],
  ])('%s is refused alike, and named in the log alone', async (_, query, reason) => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    refused(await post(text('1'), query))
    expect(reasons()).toEqual([reason])
    expect((await server.credits()).credits).toEqual([])
    expect((await post(text('1'))).text).toBe('success')
  })

  it.each([
    ['nonsense', 'nonsense', 'malformed'],
    ['nothing', '', 'malformed'],
    ['an entity', '<!DOCTYPE a [<!ENTITY b "c">]><xml>&b;</xml>', 'malformed'],
    ['64 KB and a byte', 'x'.repeat(64 * 1_024 + 1), 'too_large'],
  ])('and carries %s is refused', async (_, body, reason) => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    refused(await post(body))
    expect(reasons()).toEqual([reason])
    expect((await post(text('1'))).text).toBe('success')
  })

  it('is refused as plain text when the app expects encryption', async () => {
    server = await startPushes({ mode: 'safe', format: 'json' })
    refused(await post(text('1')))
    expect(reasons()).toEqual(['not_encrypted'])
  })

  it('is refused for an app that is not served, and for one without a token', async () => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    refused(await post(text('1'), plainQuery(), '/v1/push/wxfedcba9876543210'))
    refused(await post(text('1'), plainQuery(), '/v1/push/__proto__'))
    expect(reasons()).toEqual(['unknown_app', 'unknown_app'])
  })
})

describe('the address check', () => {
  it('returns echostr unchanged and as plain text', async () => {
    server = await startPushes()
    const query = `${plainQuery()}&echostr=${encodeURIComponent('<b>&é')}`
    const answer = await server.ask(`GET ${at}?${query}`, { token: null })
    expect([answer.status, answer.text, answer.type]).toEqual([
      200,
      '<b>&é',
      'text/plain; charset=utf-8',
    ])
  })

  it('refuses a wrong token', async () => {
    server = await startPushes()
    const query = `${forgedQuery()}&echostr=1`
    expect((await server.ask(`GET ${at}?${query}`, { token: null })).status).toBe(403)
    expect((await server.ask(`GET ${at}`, { token: null })).status).toBe(403)
  })
})

describe("the user's own handler", () => {
  it.each([
    ['plain', 'xml'],
    ['compatible', 'json'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ] as const)('answers a message in the mode %s as %s', async (mode, format) => {
    const settings = { onPush: async () => ({ reply: '你好 ]]> & <b>' }) }
    server = await startPushes({ mode, format, settings })
    const { accepted, reply } = await server.push({ msgtype: 'text', content: 'hi' })
    expect(accepted).toBe(true)
    expect(reply).toContain(format === 'xml' ? '<MsgType><![CDATA[text]]>' : '"MsgType":"text"')
    expect(reply?.replace(']]]]><![CDATA[>', ']]>')).toContain('你好 ]]> & <b>')
    expect(reply).toContain(user)
  })

  it('forwards a message to customer-service staff', async () => {
    server = await startPushes({ settings: { onPush: async () => ({ transfer: true }) } })
    const { reply } = await server.push({ msgtype: 'text' })
    expect(reply).toContain('transfer_customer_service')
  })

  it('gets each push once, after it was recorded', async () => {
    const seen: unknown[] = []
    const onPush = async (push: { type: string }, { appId }: { appId: string }) => {
      seen.push([push.type, appId, (await server.credits()).canReceive.customer.uses])
    }
    server = await startPushes({ edition: '2026', settings: { onPush } })
    await server.push({ msgtype: 'event' })
    await server.push({ msgtype: 'text', msgId: '1' })
    await server.push({ msgtype: 'text', msgId: '1' })
    expect(seen).toEqual([
      ['user_enter_tempsession', app.appId, 2],
      ['text', app.appId, 5],
    ])
  })

  it('that fails, or replies to an event, is logged, and the push is acknowledged', async () => {
    const onPush = async (push: { type: string }) => {
      if (push.type === 'text') throw new Error('the handler broke')
      return { reply: 'to an event' }
    }
    server = await startPushes({ settings: { onPush } })
    expect(await server.push({ msgtype: 'text' })).toMatchObject({ accepted: true, reply: null })
    expect(await server.push({ msgtype: 'event' })).toMatchObject({ accepted: true, reply: null })
    expect(server.lines.filter((line) => line.includes('onPush'))).toHaveLength(2)
    expect((await server.credits()).canReceive.customer.uses).toBe(5)
  })
})

describe('a push in an app that parses bodies first', () => {
  it('is read from the bytes that the parser stored', async () => {
    server = await startPushes({ mode: 'plain', format: 'json' })
    const koa = new Koa()
    koa.use(async (ctx, next) => {
      const chunks: Buffer[] = []
      for await (const chunk of ctx.req) chunks.push(chunk as Buffer)
      const rawBody = Buffer.concat(chunks).toString()
      Object.assign(ctx.request, { rawBody, body: { parsed: true } })
      await next()
    })
    koa.use(server.reach.router.routes())
    const listening = await listen(koa.callback(), { port: 0, host: '127.0.0.1' })
    const ask = createAsk(listening.url, null)
    const body = text('9007199254740993')
    expect((await ask(`POST ${at}?${plainQuery()}`, { body })).text).toBe('success')
    await listening.close(0)
    expect((await server.credits()).canReceive.customer.uses).toBe(5)
  })
})
