/** The secret key is rotated while requests go on, in the steps of docs/operations.md. */
import { createCipheriv } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { scopes } from '../../shared/codes.ts'
import { createMetrics } from '../../server/metrics/metrics.ts'
import { createReachServer } from '../../server/reach-server.ts'
import { listen } from '../../server/runtime/listen.ts'
import { readDatabaseSettings } from '../../server/config/config.ts'
import { listenSandbox } from '../../server/sandbox/listen.ts'
import type { AccessTokenReply, ReadyReply } from '../../shared/wire/index.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'
import { createDeferred } from '../support/deferred.ts'
import { engines, processesOn, type EngineDatabase } from '../support/engines.ts'
import { createAsk, type Answer, type Ask, type Asked } from '../support/server/http-client.ts'

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret', edition: '2018' as const }
const apiKey = 'the-key-of-the-rotation'
const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
jest.setTimeout(60_000)

/** One place in the fleet: a server, and later the server that replaces it. */
interface Slot {
  server: Promise<{ ask: Ask; stop(): Promise<void> }>
  underWay: Set<Promise<unknown>>
}

describe.each(engines)('a rotation of the secret key under load, $name', (engine) => {
  let sandbox: Awaited<ReturnType<typeof listenSandbox>>
  let database: EngineDatabase
  let slots: Slot[]

  beforeEach(async () => {
    sandbox = await listenSandbox({ apps: [app] })
    database = await engine.createDatabase()
    slots = Array.from({ length: engine.processes }, () => ({
      server: serve([older]),
      underWay: new Set(),
    }))
  })
  afterEach(async () => {
    await sandbox.close()
    for (const slot of slots) await (await slot.server).stop()
    await database.drop()
  })

  async function serve(secretKeys: readonly Buffer[]) {
    const reach = createReachServer(
      {
        apps: [app],
        apiBase: sandbox.url,
        apiKeys: [{ key: apiKey, scopes }],
        secretKeys,
        database: readDatabaseSettings({ DATABASE_URL: database.url }),
        trustedProxies: 0,
        metrics: createMetrics({ process: false }),
      },
      { log: createRecordedLog() },
    )
    await reach.ready()
    const listening = await listen(reach.createApp().callback(), { port: 0, host: '127.0.0.1' })
    reach.start()
    async function stop(): Promise<void> {
      await listening.close(0)
      await reach.close()
    }
    return { ask: createAsk(listening.url, apiKey), stop }
  }

  /** A load balancer: a request waits while the server of its slot is replaced. */
  let turn = 0
  async function ask<Body>(at: string, asked?: Asked): Promise<Answer<Body>> {
    const slot = slots[(turn += 1) % slots.length]!
    const { ask: askServer } = await slot.server
    const answer = askServer<Body>(at, asked)
    slot.underWay.add(answer)
    return answer.finally(() => slot.underWay.delete(answer))
  }

  async function replace(slot: Slot, secretKeys: readonly Buffer[]): Promise<void> {
    const { stop } = await slot.server
    const next = createDeferred<Awaited<Slot['server']>>()
    slot.server = next.promise
    await Promise.allSettled(slot.underWay)
    await stop()
    next.resolve(await serve(secretKeys))
  }
  async function roll(...secretKeys: Buffer[]): Promise<void> {
    for (const slot of slots) await replace(slot, secretKeys)
  }

  /** What docs/operations.md waits for before it retires a secret key. */
  async function waitUntilNoneIsLeft(): Promise<void> {
    for (const slot of slots) {
      const { ask: askServer } = await slot.server
      const isNone = /session_keys_not_current\{secret_key="earlier"\} 0$/m
      while (!isNone.test((await askServer('GET /metrics')).text));
    }
  }

  const sessionKeyOf = (openId: string) => Buffer.from(openId.padEnd(16, '.'))
  const signIn = (openId: string) =>
    ask('POST /v1/sessions', {
      body: { openId, sessionKey: sessionKeyOf(openId).toString('base64') },
    })
  function decrypt(openId: string) {
    const iv = Buffer.alloc(16, 9)
    const cipher = createCipheriv('aes-128-cbc', sessionKeyOf(openId), iv)
    const watermark = { appid: app.appId, timestamp: Math.floor(Date.now() / 1_000) }
    const plain = JSON.stringify({ openId, watermark })
    const encryptedData = cipher.update(plain, 'utf8', 'base64') + cipher.final('base64')
    const body = { openId, encryptedData, iv: iv.toString('base64') }
    return ask('POST /v1/decrypt', { body })
  }
  const accessToken = async () =>
    (await ask<AccessTokenReply>('GET /v1/access-token')).body.accessToken

  it(`fails no request of ${processesOn(engine)}, and the earlier key can go`, async () => {
    const users = Array.from({ length: 40 }, (_, n) => `user-${n}`)
    await Promise.all(users.map(signIn))
    const token = await accessToken()

    const answers: Answer<unknown>[] = []
    const over = new AbortController()
    async function load(loop: number): Promise<void> {
      for (let n = 0; !over.signal.aborted; n += 1) {
        answers.push(await decrypt(users[(n * 7 + loop) % users.length]!))
        // Some sign in for the first time, and some again with the same session_key.
        const openId = n % 2 === 0 ? `late-${loop}-${n}` : users[n % users.length]!
        answers.push(await signIn(openId), await decrypt(openId))
        expect(await accessToken()).toBe(token)
      }
    }
    const loads = [0, 1, 2].map(load)

    const afterSome = async () => {
      for (const from = answers.length; answers.length < from + 30;) await accessToken()
    }

    await afterSome()
    // Every process must open what the new key seals before one seals under it.
    await roll(older, newer)
    await afterSome()
    await roll(newer, older)
    await afterSome()
    await waitUntilNoneIsLeft()
    await roll(newer)
    await afterSome()
    over.abort()
    await Promise.all(loads)

    const failed = answers.filter(({ status }) => status !== 200 && status !== 201)
    expect(failed.map(({ status, text }) => `${status} ${text}`)).toEqual([])
    const all = await Promise.all(users.map(decrypt))
    expect(all.filter(({ status }) => status !== 200)).toEqual([])
    expect((await ask<ReadyReply>('GET /readyz')).status).toBe(200)
  })

  it('is reported by a server that is started with a wrong key: it is not ready', async () => {
    await signIn('user-1')
    await roll(newer)
    expect(await ask<ReadyReply>('GET /readyz')).toMatchObject({
      status: 503,
      body: {
        status: 'not_ready',
        checks: { secretKey: { ok: false, detail: expect.any(String) } },
      },
    })
    await roll(newer, older)
    expect((await ask<ReadyReply>('GET /readyz')).status).toBe(200)
    expect((await decrypt('user-1')).status).toBe(200)
    await roll(newer)
    expect((await ask<ReadyReply>('GET /readyz')).status).toBe(200)
  })
})
