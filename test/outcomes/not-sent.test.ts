/** The table of outcomes, where the call certainly never went out. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ReachServerConfig } from '../../server/reach-server.ts'
import { minute } from '../../server/rules/time.ts'
import type { TokenResult, TokenSource } from '../../server/wechat/token.ts'
import { kindNames } from './credit-kinds.ts'
import { createPlatformProxy, type PlatformProxy } from './platform-proxy.ts'
import { openScenario, type Scenario } from './scenario.ts'

let scenario: Scenario
let proxy: PlatformProxy
let silent: Server
let held: Socket[]
const async = { Prefer: 'respond-async' }

async function end() {
  await scenario.close()
  await proxy?.close()
  for (const socket of held ?? []) socket.destroy()
  if (silent?.listening) await new Promise((resolve) => silent.close(resolve))
}
afterEach(end)

/** Sends, and waits until the first attempt has failed and the use is free again. */
async function sendInVain(): Promise<string> {
  const before = await scenario.left()
  const { status, body } = await scenario.send({}, async)
  expect([status, body.state]).toEqual([202, 'queued'])
  while ((await scenario.find(body.id)).attempts < 1 || (await scenario.left()) < before);
  expect((await scenario.find(body.id)).state).toBe('queued')
  return body.id
}

describe('certainly not sent', () => {
  it.each(kindNames)(
    '%s, connection refused: given back and queued, and sent once the platform is back',
    async (kind) => {
      proxy = await createPlatformProxy()
      scenario = await openScenario(kind, { apiBase: proxy.url })
      proxy.connectTo(scenario.sandboxUrl)
      await scenario.grant()
      expect((await scenario.send()).body.state).toBe('sent')
      await proxy.cut()
      const id = await sendInVain()
      expect(await scenario.left()).toBe(scenario.creditCase.granted - 1)
      await proxy.reopen()
      await scenario.work(5, async () => (await scenario.find(id)).state === 'sent')
      expect(await scenario.find(id)).toMatchObject({ state: 'sent' })
      expect([await scenario.arrived(), await scenario.left()]).toEqual([
        2,
        scenario.creditCase.granted - 2,
      ])
    },
  )

  it('payment, connection refused without a token: the same', async () => {
    proxy = await createPlatformProxy()
    scenario = await openScenario('payment', { apiBase: proxy.url })
    proxy.connectTo(scenario.sandboxUrl)
    await scenario.grant()
    await proxy.cut()
    const id = await sendInVain()
    await proxy.reopen()
    await scenario.work(5, async () => (await scenario.find(id)).state === 'sent')
    expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 2])
  })

  const refused = { state: 'refused', reason: { code: 'deadline' } }
  const places: [string, () => Promise<Partial<ReachServerConfig>>][] = [
    ['no address', async () => ({ apiBase: 'http://nowhere.invalid' })],
    [
      'another that speaks no TLS',
      async () => ({ apiBase: overTls((proxy = await createPlatformProxy()).url) }),
    ],
    [
      'TLS that never comes about, for longer than connecting may take',
      async () => ({ apiBase: await silence(), wechatTimeouts: { connectTimeoutMs: 50 } }),
    ],
    [
      'TLS that never comes about, for longer than the call may take',
      async () => ({ apiBase: await silence(), wechatTimeouts: { timeoutMs: 50 } }),
    ],
  ]
  it.each(places)(
    'payment, %s: given back and queued, and refused at the deadline',
    async (_name, place) => {
      scenario = await openScenario('payment', { ...(await place()), tokens: () => tokenAtHand })
      proxy?.connectTo(scenario.sandboxUrl)
      await scenario.grant()
      const id = await sendInVain()
      expect(await scenario.left()).toBe(3)
      scenario.clock.advance(15 * minute)
      await scenario.work(5, async () => (await scenario.find(id)).state !== 'queued')
      expect(await scenario.find(id)).toMatchObject(refused)
      expect([await scenario.arrived(), await scenario.left()]).toEqual([0, 3])
    },
  )
})

const overTls = (url: string) => url.replace('http:', 'https:')

/** A port that takes connections and says nothing. */
async function silence(): Promise<string> {
  held = []
  silent = createServer((socket) => void held.push(socket.on('error', () => {})))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
}

const token: TokenResult = { ok: true, accessToken: 'a-known-token', expiresAtMs: 2 ** 52 }
const tokenAtHand: TokenSource = {
  current: async () => token,
  refresh: async () => ({ ...token, refreshed: false }),
  renew: async () => ({ ...token, refreshed: false }),
}
