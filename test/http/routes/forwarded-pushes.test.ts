/** Pushes that are handed to the backend that had the push address before. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { forwardRules, pushRules } from '../../../server/rules/pushes.ts'
import type { ReachServerConfig } from '../../../server/reach-server.ts'
import { startOldBackend, type OldBackend } from '../../pushes/old-backend.ts'
import { createAsk } from '../../support/server/http-client.ts'
import { pushToken, startPushes, user, type WithPushes } from '../../support/server/start-pushes.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { sha1 } from '../../verify/push/platform.ts'

type Options = NonNullable<Parameters<typeof startPushes>[0]>

let backend: OldBackend
let server: WithPushes
beforeEach(async () => {
  backend = await startOldBackend()
})
afterEach(async () => {
  await backend.close()
  await server.close()
})

async function start({ url = backend.url, ...options }: Options & { url?: string } = {}) {
  server = await startPushes({ ...options, forwardPushes: url })
}

const path = `/v1/push/${app.appId}`
const nowSeconds = startMs / 1_000
const queryOf = (nonce = '1', token = pushToken) => {
  const signature = sha1(token, String(nowSeconds), nonce)
  return `signature=${signature}&timestamp=${nowSeconds}&nonce=${nonce}&openid=${user}`
}
const textOf = (msgId: string) =>
  `{"ToUserName":"gh_1","FromUserName":"${user}","CreateTime":${nowSeconds},` +
  `"MsgType":"text","Content":"你好 😀","MsgId":${msgId}}`

/** Posts a push of the mode `plain`, as WeChat does. */
const post = (body: string, query = queryOf()) =>
  createAsk(server.url, null)(`POST ${path}?${query}`, {
    body: Buffer.from(body),
    headers: { 'Content-Type': 'text/xml' },
  })
const uses = async () => (await server.credits()).canReceive.customer.uses
const counted = async (result: string) => {
  const line = `wx_reach_pushes_forwarded_total{app="${app.appId}",result="${result}"}`
  const { text } = await server.ask('GET /metrics')
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.split(' ')[1] ?? 0,
  )
}
const logged = (text: string) => server.lines.filter((line) => line.includes(text))

describe('a push that is forwarded', () => {
  it.each([
    ['plain', 'xml'],
    ['plain', 'json'],
    ['compatible', 'xml'],
    ['safe', 'xml'],
    ['safe', 'json'],
  ] as const)(
    'in the mode %s as %s gets the reply of a backend that verifies it',
    async (...of) => {
      const [mode, format] = of
      // Of the same app, token and key: it refuses what WeChat did not write so.
      const onPush: ReachServerConfig['onPush'] = async () => ({ reply: '您好' })
      const old = await startPushes({ mode, format, settings: { onPush } })
      await start({ mode, format, url: `${old.url}${path}` })
      const pushed = await server.push({ msgtype: 'text', content: '在吗' })
      expect(pushed).toMatchObject({ accepted: true, attempts: 1 })
      expect(pushed.reply).toContain('您好')
      expect(await uses()).toBe(5)
      expect((await old.credits()).canReceive.customer.uses).toBe(5)
      await old.close()
    },
  )

  it('has the bytes, the query and the content type of WeChat', async () => {
    await start({ mode: 'plain', format: 'json' })
    expect((await post(textOf('1'))).text).toBe('success')
    expect(backend.seen).toEqual([
      { path: '/wechat/push', query: queryOf(), contentType: 'text/xml', body: textOf('1') },
    ])
    expect(await counted('taken')).toBe(1)
  })

  it('keeps the query that the address has', async () => {
    await start({ mode: 'plain', format: 'json', url: `${backend.url}?shop=7` })
    await post(textOf('1'))
    expect(backend.seen[0]!.query).toBe(`shop=7&${queryOf()}`)
  })

  it('gets the reply of the backend byte for byte', async () => {
    await start({ mode: 'plain' })
    const reply = '<xml>\n  <MsgType><![CDATA[text]]></MsgType>\n</xml>\n'
    backend.reply((response) => void response.setHeader('Content-Type', 'text/html').end(reply))
    const answer = await post(textOf('1'))
    expect([answer.type, answer.text]).toEqual(['text/xml; charset=utf-8', reply])
  })

  it('reaches the backend although this server cannot read it', async () => {
    await start({ mode: 'plain', format: 'json' })
    const body = '{"ToUserName":"gh_1","Event":"of_another_kind"}'
    expect((await post(body)).text).toBe('success')
    expect(backend.seen).toMatchObject([{ body }])
  })

  it('is a message of which onPush has the first word', async () => {
    const onPush: ReachServerConfig['onPush'] = async (push) =>
      push.type === 'text' ? { transfer: true } : undefined
    await start({ settings: { onPush } })
    backend.reply((response) => void response.end('<xml><MsgType>text</MsgType></xml>'))
    expect((await server.push({ msgtype: 'text' })).reply).toContain('transfer_customer_service')
    expect(backend.seen).toHaveLength(1)
  })

  it('is none that WeChat did not sign', async () => {
    await start({ mode: 'plain', format: 'json' })
    expect((await post(textOf('1'), queryOf('1', 'a-token-that-was-guessed'))).status).toBe(403)
    expect(backend.seen).toEqual([])
  })

  it('is not the check of the address, which this server answers', async () => {
    await start()
    expect(backend.seen).toEqual([])
  })
})

describe('a push that the backend does not take', () => {
  const failed = 'a push could not be forwarded'

  it.each<[string, Parameters<OldBackend['reply']>[0], string]>([
    ['an error', (response) => void response.writeHead(500).end('success'), 'HTTP_500'],
    [
      'a redirect, which is not followed',
      (response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
      'HTTP_302',
    ],
    ['more than 64 KB', (response) => void response.end('x'.repeat(70_000)), 'REPLY_TOO_LARGE'],
    ['a broken connection', (response) => void response.socket!.destroy(), 'UND_ERR_SOCKET'],
  ])('because it replies with %s is recorded and acknowledged', async (_, reply, code) => {
    await start()
    backend.reply(reply)
    expect(await server.push({ msgtype: 'text' })).toMatchObject({ accepted: true, reply: null })
    expect(await uses()).toBe(5)
    expect(logged(failed).join()).toContain(`"code":"${code}"`)
    expect(backend.seen).toHaveLength(1)
  })

  it('because it is dead is recorded and acknowledged, tried three times, and told', async () => {
    await start()
    await backend.close()
    expect(await server.push({ msgtype: 'text' })).toMatchObject({ accepted: true, reply: null })
    expect(await uses()).toBe(5)
    for (const tries of [2, 3]) {
      await server.monotonic.waitedFor(forwardRules.pauseMs)
      server.monotonic.advance(forwardRules.pauseMs)
      while (logged(failed).length < tries) await new Promise(setImmediate)
    }
    expect(logged(failed).join()).toContain('"code":"ECONNREFUSED"')
    while (logged('a push was not forwarded').length === 0) await new Promise(setImmediate)
    expect(await counted('unreachable')).toBe(3)
  })

  it('in time is acknowledged before WeChat gives up, and counts once it is taken', async () => {
    await start({ mode: 'plain', format: 'json' })
    let late: Parameters<Parameters<OldBackend['reply']>[0]>[0] | undefined
    backend.reply((response) => void (late = response))
    const pushing = post(textOf('7'))
    await backend.saw(1)
    server.monotonic.advance(pushRules.answerWithinMs)
    expect((await pushing).text).toBe('success')
    expect(logged('did not reply to a push in time')).toHaveLength(1)
    // WeChat did not get our reply: it repeats the push while it is under way, and later.
    const repeating = post(textOf('7'), queryOf('2'))
    late!.end('success')
    expect((await repeating).text).toBe('success')
    while ((await counted('taken')) === 0) await new Promise(setImmediate)
    await post(textOf('7'), queryOf('3'))
    expect(backend.seen).toHaveLength(1)
    expect(await uses()).toBe(5)
  })

  it('at first is posted again, and not once more when it is taken', async () => {
    await start({ mode: 'plain', format: 'json' })
    backend.reply((response) => void response.writeHead(503).end())
    await post(textOf('1'))
    backend.reply((response) => void response.end('success'))
    await server.monotonic.waitedFor(forwardRules.pauseMs)
    server.monotonic.advance(forwardRules.pauseMs)
    await backend.saw(2)
    expect(backend.seen[1]).toEqual(backend.seen[0])
    while ((await counted('taken')) === 0) await new Promise(setImmediate)
    await post(textOf('1'), queryOf('2'))
    expect(backend.seen).toHaveLength(2)
  })

  it('ever is forwarded again when WeChat repeats it', async () => {
    await start({ mode: 'plain', format: 'json' })
    backend.reply((response) => void response.writeHead(503).end())
    await post(textOf('1'))
    for (const tries of [2, 3]) {
      await server.monotonic.waitedFor(forwardRules.pauseMs)
      server.monotonic.advance(forwardRules.pauseMs)
      await backend.saw(tries)
    }
    while (logged('a push was not forwarded').length === 0) await new Promise(setImmediate)
    backend.reply((response) => void response.end('{"MsgType":"text"}'))
    expect((await post(textOf('1'), queryOf('2'))).text).toBe('{"MsgType":"text"}')
    expect(backend.seen).toHaveLength(4)
    expect(await uses()).toBe(5)
  })

  it('is told without what the user wrote', async () => {
    await start({ mode: 'plain', format: 'json' })
    backend.reply((response) => void response.writeHead(500).end('a secret of the backend'))
    await post(textOf('1'))
    const lines = server.lines.join('\n')
    expect(lines).toContain(failed)
    for (const text of ['你好', user, 'a secret of the backend']) expect(lines).not.toContain(text)
  })
})

describe('a reply of the backend that WeChat does not understand', () => {
  it('is not sent to WeChat, and the push counts as taken', async () => {
    await start({ mode: 'plain', format: 'json' })
    backend.reply((response) => void response.end('It works!'))
    expect((await post(textOf('1'))).text).toBe('success')
    expect(logged('neither success nor XML nor JSON')).toHaveLength(1)
    await post(textOf('1'), queryOf('2'))
    expect(backend.seen).toHaveLength(1)
  })

  it('is an empty one: WeChat gets success', async () => {
    await start({ mode: 'plain', format: 'json' })
    backend.reply((response) => void response.end())
    expect((await post(textOf('1'))).text).toBe('success')
    expect(logged('neither success')).toEqual([])
  })
})
