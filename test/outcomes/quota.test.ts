/** The table of outcomes, where the calls of a day are used up (45009). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Message, ReadyReply } from '../../shared/wire/index.ts'
import { hour, minute, startReach } from '../support/server/start-reach.ts'
import type { Started } from '../support/server/start-reach.ts'
import { rightNames, rights, user } from './rights.ts'
import type { RightName } from './rights.ts'
import { openStageWith } from './stage.ts'
import type { Stage } from './stage.ts'

const refused = { state: 'refused', reason: { code: 'quota', wechat: { errcode: 45009 } } }

describe('quota', () => {
  let stage: Stage
  afterEach(() => stage.close())
  const pauses = async () =>
    Object.keys((await stage.ask<ReadyReply>('GET /readyz')).body.checks).slice(2)

  it.each(rightNames)(
    '%s, 45009: given back, and that API pauses until midnight in Shanghai',
    async (right) => {
      stage = await openStageWith(right)
      await stage.fault({ errcode: 45009 })
      expect((await stage.send()).body).toMatchObject({ ...refused, attempts: 1 })
      expect(await pauses()).toEqual([`wx0123456789abcdef ${stage.right.message.channel}`])
      // It is noon: a minute before midnight the pause still stands.
      const { now } = await stage.control<{ now: string }>('clock', { advanceMs: 0 })
      expect(now).toBe('2018-06-01T04:00:00.000Z')
      await stage.control('clock', { advanceMs: 12 * hour - minute })
      expect((await stage.send()).body).toMatchObject({ ...refused, attempts: 0 })
      expect([await stage.calls(), await stage.arrived()]).toEqual([1, 0])
      await stage.control('clock', { advanceMs: minute })
      expect(await pauses()).toEqual([])
      expect((await stage.send()).body).toMatchObject({ state: 'sent' })
      expect([await stage.arrived(), await stage.left()]).toEqual([1, stage.right.granted - 1])
    },
  )
})

describe('a pause', () => {
  const apps = ['a', 'b'].map((letter) => ({
    appId: `wx000000000000000${letter}`,
    secret: `the secret of ${letter}`,
    edition: '2026' as const,
    pushToken: `push-token-of-${letter}`,
    pushMode: 'plain' as const,
  }))
  let server: Started
  beforeEach(async () => {
    server = await startReach({ apps })
    for (const { appId } of apps) {
      const control = controlOf(appId)
      const url = `${server.url}/v1/push/${appId}`
      const token = `push-token-of-${appId.at(-1)}`
      await control('push-config', { url, token, mode: 'plain', format: 'json' })
      const phone = await server.phone(user, appId)
      const places = { ask: server.ask, control, tell: (event: object) => phone.tell(event) }
      await rights.subscription.grant(places)
      await rights.window.grant(places)
    }
  })
  afterEach(() => server.close())

  const controlOf =
    (appId: string) =>
    async <Body>(name: string, body: object) =>
      (await server.sandbox<Body>(`POST /sandbox/${name}`, { body: { appId, ...body } })).body
  let keys = 0
  const send = async (appId: string, right: RightName) => {
    const { body } = await server.ask<Message>(`POST /v1/messages?appId=${appId}`, {
      body: { openId: user, ...rights[right].message },
      headers: { 'Idempotency-Key': `pause-${(keys += 1)}` },
    })
    return body.reason?.code ?? body.state
  }

  it('is of one channel of one app: the others go on', async () => {
    const [a, b] = apps.map(({ appId }) => appId) as [string, string]
    const { path } = rights.subscription
    await controlOf(a)('faults', { path, errcode: 45009 })
    expect(await send(a, 'subscription')).toBe('quota')
    expect(await send(a, 'subscription')).toBe('quota')
    expect(await send(a, 'window')).toBe('sent')
    expect(await send(b, 'subscription')).toBe('sent')
    expect(await send(b, 'window')).toBe('sent')
  })
})
