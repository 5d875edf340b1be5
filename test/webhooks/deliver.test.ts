import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { webhookEventTypes } from '../../shared/codes.ts'
import { createSeal } from '../../server/crypto/seal.ts'
import { webhookRules } from '../../server/rules/webhooks.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { Store } from '../../server/store/store.ts'
import { createWebhooks, type Webhooks } from '../../server/webhooks/webhooks.ts'
import type { WebhookSettings } from '../../server/webhooks/post.ts'
import { appId, broadcast, day, form, message, nowMs } from '../store/builders.ts'
import { createDeferred } from '../support/deferred.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'
import { startReceiver, type ReceivedEvent, type Receiver } from './receiver.ts'

const anywhere = { allowHttp: true, allowPrivate: true }
const secretKeys = [systemRandom(32), systemRandom(32)]

let world: FakeWorld
let store: Store
let receiver: Receiver
let answer: (reply: ServerResponse) => unknown
const results: string[] = []

beforeEach(async () => {
  world = createFakeWorld(nowMs)
  store = createSqliteStore({ path: ':memory:', world })
  results.length = 0
  answer = (reply) => reply.writeHead(204).end()
  receiver = await startReceiver((reply) => answer(reply))
})
afterEach(async () => {
  await receiver.close()
  await store.close()
})

const create = (settings: WebhookSettings = anywhere, keys = secretKeys) =>
  createWebhooks({
    store,
    seal: createSeal(keys, systemRandom),
    world,
    settings,
    onDelivery: (type, result) => results.push(`${type} ${result}`),
  })
const { signal } = new AbortController()
const record = (ref: string) =>
  store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })

/** Until nothing is due. */
async function runAll(webhooks: Webhooks): Promise<void> {
  while ((await webhooks.run(signal)) === 'more');
  await webhooks.idle()
}

const timestamp = String(Math.floor(nowMs / 1_000))

function signatureOf({ secret, id, body }: { secret: string; id: string; body: string }): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`)
  return `v1,${signed.digest('base64')}`
}

const make = async (webhooks = create(), url = receiver.url) => {
  const made = (await webhooks.make({ appId, url, events: webhookEventTypes }))!
  const run = () => runAll(webhooks)
  const found = async () => (await store.findWebhook(appId, made.webhook.id))!
  const list = async () =>
    (await store.findDeliveries({ appId, id: made.webhook.id, limit: 100 })).deliveries
  return { ...made, webhooks, run, found, list }
}

describe('a webhook', () => {
  it('receives an event, signed with its secret', async () => {
    const { secret, run } = await make()
    await record('f1')
    await run()
    const [{ headers, body, event, id }] = receiver.received as [ReceivedEvent]
    expect(headers).toMatchObject({
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf({ secret, id, body }),
      'content-type': 'application/json',
    })
    expect(event).toEqual({
      type: 'credit.recorded',
      timestamp: new Date(nowMs).toISOString(),
      appId,
      data: {
        openId: 'ada',
        kind: 'form',
        uses: 1,
        endsAt: new Date(nowMs + 7 * day).toISOString(),
      },
    })
    expect(results).toEqual(['credit.recorded delivered'])
  })

  it('receives every kind of event', async () => {
    const { run } = await make()
    await store.openMessage(message('1'))
    const reason = { code: 'quota', detail: 'The quota is used up.' } as const
    const pause = { kind: 'pause', untilMs: nowMs + day, atMs: nowMs } as const
    await store.suspendChannel({ ...pause, appId, channel: 'template', reason })
    const known = await store.createBroadcast(broadcast('1'))
    await run()
    const [settled, suspended, changed] = receiver.received.map(({ event }) => event)
    expect(settled).toMatchObject({
      type: 'message.settled',
      data: {
        messageId: expect.stringMatching(/^[\w-]{16}$/),
        openId: 'ada',
        channel: 'template',
        templateId: 'T',
        state: 'refused',
        reason: { code: 'no_credit' },
      },
    })
    expect(suspended).toMatchObject({
      type: 'channel.suspended',
      data: { channel: 'template', kind: 'pause', until: expect.any(String), reason },
    })
    expect(known.was).toBe('created')
    expect(changed).toMatchObject({
      type: 'broadcast.changed',
      data: {
        broadcastId: 'bc_1',
        state: 'draft',
        counts: { recipients: 0, waiting: 0, sent: 0, refused: 0, unknown: 0, heldOut: 0 },
      },
    })
  })

  it('is tried again under the same id and with the same body, later each time', async () => {
    answer = (reply) => reply.writeHead(503).end()
    const { run, found, list } = await make()
    await record('f1')
    await run()
    for (const pauseMs of webhookRules.retryAfterMs) {
      const tries = receiver.received.length
      world.monotonic.advance(pauseMs * (1 - webhookRules.jitter) - 1)
      await run()
      expect(receiver.received).toHaveLength(tries)
      world.monotonic.advance(pauseMs * 2 * webhookRules.jitter + 2)
      await run()
      expect(receiver.received).toHaveLength(tries + 1)
    }
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
    expect(await list()).toMatchObject([{ state: 'dead', attempts: 8, status: 503 }])
    expect(await found()).toMatchObject({ failure: 'HTTP_503', failingSinceMs: nowMs })
    expect(results.at(-1)).toBe('credit.recorded dead')
    world.monotonic.advance(100 * day)
    await run()
    expect(receiver.received).toHaveLength(8)
    const total = webhookRules.retryAfterMs.reduce((sum, pauseMs) => sum + pauseMs, 0)
    expect(total).toBeGreaterThan(day)
  })

  it('that fails holds up no other, and is disabled after days of it', async () => {
    const broken = await make(create(), 'http://127.0.0.1:9/')
    const works = await make(broken.webhooks)
    await record('f1')
    await broken.run()
    expect(receiver.received).toHaveLength(1)
    expect(await works.found()).not.toHaveProperty('failure')
    expect((await broken.found()).failure).toMatch(/^[A-Z_]+$/)
    world.clock.advance(webhookRules.disableAfterMs)
    world.monotonic.advance(day)
    await broken.run()
    expect(await broken.found()).toHaveProperty('disabledAtMs')
    expect(world.lines.some((line) => line.includes('a webhook is disabled'))).toBe(true)
    await record('f2')
    await broken.run()
    expect(receiver.received).toHaveLength(2)
    expect(await broken.list()).toMatchObject([{ state: 'dead' }])
  })

  it('that answers 410 is disabled at once', async () => {
    answer = (reply) => reply.writeHead(410).end()
    const { run, found } = await make()
    await record('f1')
    await run()
    expect(await found()).toMatchObject({ disabledAtMs: nowMs, failure: 'HTTP_410' })
  })

  it.each([
    ['a redirect, which is not followed', 302, { location: '/elsewhere' }],
    ['an error', 400, {}],
  ])('is tried again after %s', async (_what, status, headers) => {
    answer = (reply) => reply.writeHead(status, headers).end()
    const { run, list } = await make()
    await record('f1')
    await run()
    expect(await list()).toMatchObject([{ state: 'waiting', status }])
    expect(receiver.received).toHaveLength(1)
  })

  it('may reply with any number of bytes, of which few are read', async () => {
    const closed = createDeferred()
    answer = (reply) => {
      reply.on('close', () => closed.resolve())
      reply.writeHead(200)
      const write = () => {
        if (!reply.destroyed) reply.write(Buffer.alloc(64 * 1_024), () => setImmediate(write))
      }
      write()
    }
    const { run, list } = await make()
    await record('f1')
    await run()
    expect(await list()).toMatchObject([{ state: 'delivered', status: 200 }])
    await closed.promise
  })

  it('is sent to no address of this machine, by name or by number', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const url = receiver.url.replace('127.0.0.1', host)
      const { run, found } = await make(create({ allowHttp: true }), url)
      await record(host)
      await run()
      expect(await found()).toMatchObject({ failure: 'PRIVATE_ADDRESS' })
    }
    expect(receiver.received).toEqual([])
  })

  it('signs with its secret after the secret keys have changed', async () => {
    const [newest, earlier] = secretKeys as [Buffer, Buffer]
    const { secret } = await make(create(anywhere, [earlier]))
    await create(anywhere, [newest, earlier]).reseal()
    await record('f1')
    await runAll(create(anywhere, [newest]))
    const [{ headers, body, id }] = receiver.received as [ReceivedEvent]
    expect(headers['webhook-signature']).toBe(signatureOf({ secret, id, body }))
  })

  it('says so when its secret opens under no key', async () => {
    const { found } = await make()
    await record('f1')
    await runAll(create(anywhere, [systemRandom(32)]))
    expect(await found()).toMatchObject({ failure: 'SECRET_LOST' })
    expect(receiver.received).toEqual([])
  })

  it('leaves a try that the end of the process cut off to the next one', async () => {
    answer = () => {}
    const { webhooks, list } = await make()
    await record('f1')
    while ((await webhooks.run(signal)) === 'more');
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await webhooks.close()
    expect(await list()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    expect((await list())[0]).not.toHaveProperty('failure')
    answer = (reply) => reply.writeHead(204).end()
    world.monotonic.advance(webhookRules.leaseMs)
    await runAll(create())
    expect(await list()).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  it('is in no log line with its address, its secret or a user', async () => {
    answer = (reply) => reply.writeHead(500).end('ada')
    const { secret, run } = await make()
    await record('f1')
    await run()
    const text = world.lines.join('\n')
    expect(text).toContain('a webhook delivery failed')
    for (const hidden of [secret, receiver.url, '"ada"']) expect(text).not.toContain(hidden)
  })
})
