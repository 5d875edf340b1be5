/** The code of the pages about moving from another SDK or beside it, and from code of one's own. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSender as createByHand } from '../../docs/code/moving/by-hand.ts'
import { createWechatApi } from '../../docs/code/moving/co-wechat-api.ts'
import { createShop } from '../../docs/code/moving/shop.ts'
import { createServer } from '../../docs/code/moving/their-token.ts'
import { createSender as createWithReach } from '../../docs/code/moving/with-reach.ts'
import { createReachClient } from '../../server/client/index.ts'
import type { AccessTokenReply } from '../../shared/wire/index.ts'
import { template } from '../support/server/samples.ts'
import { apiKey, app } from '../support/server/start-reach.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'
import { useReach } from '../support/server/use-reach.ts'

const code = resolve(__dirname, '../../docs/code/moving')
const openId = 'alice-0001'

/** The calls of WeChat's API that arrived, without their queries. */
const pathsOf = async ({ sandbox }: { sandbox: ReturnType<typeof useReach>['sandbox'] }) => {
  const { body } = await sandbox<{ calls: { path: string }[] }>('GET /sandbox/calls')
  return body.calls.map(({ path }) => path)
}

describe('co-wechat-api beside wx-reach, in one process', () => {
  // It compares the end of a token with the system's clock.
  const server = useReach({ edition: '2026', nowMs: Date.now() })
  const api = () => {
    const made = createWechatApi(app.appId, server.reach.app())
    made.prefix = `${server.sandboxUrl}/cgi-bin/`
    made.wxaPrefix = `${server.sandboxUrl}/wxa/`
    // Its own three seconds are short for a machine that does other things as well.
    made.setOpts({ timeout: 30_000 })
    return made
  }

  it('uses the token of wx-reach, and fetches none', async () => {
    const made = api()
    await made.getIp().catch(() => {})
    expect((await made.getWXACodeUnlimit('table=3')).length).toBeGreaterThan(1_000)
    const fetched = (await pathsOf(server)).filter((path) => path.endsWith('token'))
    expect(fetched).toEqual(['/cgi-bin/stable_token'])
  })

  it('lets wx-reach replace a token that WeChat refuses', async () => {
    const made = api()
    await server.phone(openId)
    const path = '/cgi-bin/message/subscribe/send'
    await server.sandbox('POST /sandbox/faults', { body: { path, errcode: 40001 } })
    await server.sandbox('POST /sandbox/subscriptions', {
      body: { openId, templateId: 'pickup', answer: 'accept' },
    })
    const sent = await made.sendSubscribeMessage(openId, 'pickup', '', {
      thing1: { value: '咖啡' },
    })
    expect(sent).toMatchObject({ errcode: 0 })
    expect((await pathsOf(server)).filter((one) => one === path)).toHaveLength(2)
  })

  it('leaves messages to wx-reach: one consent is one message', async () => {
    const alice = await server.phone(openId)
    await server.sandbox('POST /sandbox/subscriptions', {
      body: { openId, templateId: 'pickup', answer: 'accept' },
    })
    const answers = { pickup: 'accept' }
    await alice.postEvents({ type: 'subscription.answered', answers })
    const shop = createShop(api(), server.reach.app())
    const data = { thing1: { value: '咖啡' } }
    const order = { id: '42', openId, templateId: 'pickup', page: 'pages/order/order', data }
    expect(await shop.remind(order)).toBe('sent')
    expect(await shop.remind(order)).toBe('sent')
    expect(await shop.remind({ ...order, id: '43' })).toBe('no_credit')
    await shop.serverAddresses().catch(() => {})
    const sends = (await pathsOf(server)).filter((path) => path.endsWith('subscribe/send'))
    expect(sends).toHaveLength(1)
  })
})

describe('another SDK, whose token comes from wx-reach', () => {
  const server = useReach({ edition: '2026' })

  it('gets it by two requests, which PHP and Java send as well', async () => {
    const { body } = await server.ask<AccessTokenReply>('GET /v1/access-token')
    const env = {
      PATH: process.env.PATH!,
      REACH_URL: server.url,
      REACH_API_KEY: apiKey,
      REFUSED: body.accessToken,
    }
    const { stdout } = await promisify(execFile)('sh', [join(code, 'token.sh')], { env })
    const replies = stdout.match(/\{[^}]*\}/g)!.map((text) => JSON.parse(text) as AccessTokenReply)
    expect(replies[0]).toEqual(body)
    expect(replies[1]!.accessToken).not.toBe(body.accessToken)
    // The programs of the pages name the same addresses and fields.
    for (const page of ['beside-another-sdk.md', 'beside-another-sdk.zh-CN.md']) {
      const text = readFileSync(resolve(__dirname, '../../docs', page), 'utf8')
      const programs = text.match(/^```(php|java)\n[^]*?^```$/gm)!
      expect(programs).toHaveLength(2)
      for (const program of programs) {
        expect(program).toMatch(/\/v1\/access-token['"][^]*\/v1\/access-token\/refresh['"]/)
        const fields = ['Bearer ', 'rejected', 'accessToken']
        expect(fields.filter((field) => !program.includes(field))).toEqual([])
      }
    }
  })
})

describe('wx-reach, whose token comes from another SDK', () => {
  const server = useReach({ edition: '2026' })
  let theirs: Server
  let asked: string[]
  beforeEach(async () => {
    asked = []
    theirs = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      response.end(JSON.stringify({ access_token: 'a-token-of-theirs', expires_in: 7_200 }))
    })
    await new Promise<void>((done) => theirs.listen(0, '127.0.0.1', done))
  })
  afterEach(() => new Promise((done) => theirs.close(done)))

  it('asks it for each token, and WeChat for none', async () => {
    const { port } = theirs.address() as AddressInfo
    const reach = createServer({
      DATABASE_URL: 'sqlite::memory:',
      WECHAT_APPID: app.appId,
      WECHAT_SECRET: app.secret,
      WECHAT_API_BASE: server.sandboxUrl,
      REACH_API_KEYS: strongApiKey,
      REACH_SECRET_KEY: strongSecretKey,
      TOKEN_URL: `http://127.0.0.1:${port}/token`,
      TOKEN_KEY: 'their-key',
    })
    const { accessToken } = await reach.app().accessToken.get()
    expect(accessToken).toBe('a-token-of-theirs')
    await reach.close()
    expect(asked).toEqual(['GET /token Bearer their-key'])
    expect(await pathsOf(server)).toEqual([])
  })
})

describe('the sender by hand, and the same with wx-reach', () => {
  const server = useReach({ edition: '2018', nowMs: Date.now() })
  const path = '/cgi-bin/message/wxopen/template/send'
  /** A reply that is lost after the message went out. */
  const loseReply = () =>
    server.sandbox('POST /sandbox/faults', { body: { path, hangUp: true, when: 'after' } })
  const inbox = async () => {
    const asked = `GET /sandbox/inbox/${openId}`
    return (await server.sandbox<{ messages: object[] }>(asked)).body.messages
  }
  const data = { keyword1: { value: '咖啡' } }

  it('by hand the user gets the message twice after a lost reply', async () => {
    const lists = new Map<string, string[]>()
    const redis = {
      rPush: async (key: string, value: string) =>
        void lists.set(key, [...(lists.get(key) ?? []), value]),
      lPop: async (key: string) => lists.get(key)?.shift(),
    }
    const { appId, secret } = app
    const sender = createByHand({ base: server.sandboxUrl, appId, secret, redis })
    const alice = await server.phone(openId)
    await sender.saveFormId(openId, await alice.submitForm())
    await sender.saveFormId(openId, await alice.submitForm())
    await loseReply()
    expect(await sender.send({ touser: openId, template_id: template, data })).toBe('sent')
    expect(await inbox()).toHaveLength(2)
  })

  it('with wx-reach once, however often it is called', async () => {
    const alice = await server.phone(openId)
    for (const formId of [await alice.submitForm(), await alice.submitForm()]) {
      await alice.postEvents({ type: 'form.submitted', formId, page: 'pages/index/index' })
    }
    await loseReply()
    const sender = createWithReach(createReachClient({ baseUrl: server.url, apiKey }))
    const message = { openId, templateId: template, data }
    const first = await sender.send('42', message)
    expect(['sent', 'unknown']).toContain(first)
    expect(['sent', 'unknown']).toContain(await sender.send('42', message))
    expect(await inbox()).toHaveLength(1)
  })
})
