/** The table of outcomes, where the call certainly never went out. */
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { ReachServerConfig } from '../../server/reach-server.ts'
import type { TokenAnswer, TokenSource } from '../../server/wechat/token.ts'
import { minute } from '../support/server/start-reach.ts'
import { rightNames } from './rights.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'
import { stretchWire } from './wire.ts'
import type { Wire } from './wire.ts'

let stage: Stage
let wire: Wire
let silent: Server
let held: Socket[]
const async = { Prefer: 'respond-async' }

async function end() {
  await stage.close()
  await wire?.close()
  for (const socket of held ?? []) socket.destroy()
  if (silent?.listening) await new Promise((resolve) => silent.close(resolve))
}
afterEach(end)

/** Sends, and waits until the first attempt has failed and the use is free again. */
async function sendInVain(): Promise<string> {
  const before = await stage.left()
  const { status, body } = await stage.send({}, async)
  expect([status, body.state]).toEqual([202, 'queued'])
  while ((await stage.find(body.id)).attempts < 1 || (await stage.left()) < before);
  expect((await stage.find(body.id)).state).toBe('queued')
  return body.id
}

describe('certainly not sent', () => {
  it.each(rightNames)(
    '%s, connection refused: given back and queued, and sent once the platform is back',
    async (right) => {
      wire = await stretchWire()
      stage = await openStage(right, { apiBase: wire.url })
      wire.leadTo(stage.sandboxUrl)
      await stage.grant()
      expect((await stage.send()).body.state).toBe('sent')
      await wire.cut()
      const id = await sendInVain()
      expect(await stage.left()).toBe(stage.right.granted - 1)
      await wire.mend()
      await stage.work(5, async () => (await stage.find(id)).state === 'sent')
      expect(await stage.find(id)).toMatchObject({ state: 'sent' })
      expect([await stage.arrived(), await stage.left()]).toEqual([2, stage.right.granted - 2])
    },
  )

  it('payment, connection refused with no token at hand: the same', async () => {
    wire = await stretchWire()
    stage = await openStage('payment', { apiBase: wire.url })
    wire.leadTo(stage.sandboxUrl)
    await stage.grant()
    await wire.cut()
    const id = await sendInVain()
    await wire.mend()
    await stage.work(5, async () => (await stage.find(id)).state === 'sent')
    expect([await stage.arrived(), await stage.left()]).toEqual([1, 2])
  })

  const refused = { state: 'refused', reason: { code: 'deadline' } }
  const places: [string, () => Promise<Partial<ReachServerConfig>>][] = [
    ['no address', async () => ({ apiBase: 'http://nowhere.invalid' })],
    [
      'another that speaks no TLS',
      async () => ({ apiBase: overTls((wire = await stretchWire()).url) }),
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
      stage = await openStage('payment', { ...(await place()), tokens: () => tokenAtHand })
      wire?.leadTo(stage.sandboxUrl)
      await stage.grant()
      const id = await sendInVain()
      expect(await stage.left()).toBe(3)
      stage.clock.advance(15 * minute)
      await stage.work(5, async () => (await stage.find(id)).state !== 'queued')
      expect(await stage.find(id)).toMatchObject(refused)
      expect([await stage.arrived(), await stage.left()]).toEqual([0, 3])
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

const token: TokenAnswer = { ok: true, accessToken: 'a-token-at-hand', expiresAtMs: 2 ** 52 }
const tokenAtHand: TokenSource = {
  current: async () => token,
  refresh: async () => ({ ...token, refreshed: false }),
  renew: async () => ({ ...token, refreshed: false }),
}
