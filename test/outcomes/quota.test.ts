/** The table of outcomes, where the calls of a day are used up (45009). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Message, ReadyReply } from '../../shared/wire/index.ts'
import { hour, minute } from '../../server/rules/time.ts'
import { startReach, type StartedReach } from '../support/server/start-reach.ts'
import { kindNames, creditKinds, user, type KindName } from './credit-kinds.ts'
import { openScenarioWith, type Scenario } from './scenario.ts'

const refused = { state: 'refused', reason: { code: 'quota', wechat: { errcode: 45009 } } }

describe('quota', () => {
  let scenario: Scenario
  afterEach(() => scenario.close())
  const pauses = async () =>
    Object.keys((await scenario.ask<ReadyReply>('GET /readyz')).body.checks).slice(2)

  it.each(kindNames)(
    '%s, 45009: given back, and that API pauses until midnight in Shanghai',
    async (kind) => {
      scenario = await openScenarioWith(kind)
      await scenario.fault({ errcode: 45009 })
      expect((await scenario.send()).body).toMatchObject({ ...refused, attempts: 1 })
      expect(await pauses()).toEqual([`wx0123456789abcdef ${scenario.creditCase.message.channel}`])
      // It is noon: a minute before midnight the pause still stands.
      const { now } = await scenario.control<{ now: string }>('clock', { advanceMs: 0 })
      expect(now).toBe('2018-06-01T04:00:00.000Z')
      await scenario.control('clock', { advanceMs: 12 * hour - minute })
      expect((await scenario.send()).body).toMatchObject({ ...refused, attempts: 0 })
      expect([await scenario.calls(), await scenario.arrived()]).toEqual([1, 0])
      await scenario.control('clock', { advanceMs: minute })
      expect(await pauses()).toEqual([])
      expect((await scenario.send()).body).toMatchObject({ state: 'sent' })
      expect([await scenario.arrived(), await scenario.left()]).toEqual([
        1,
        scenario.creditCase.granted - 1,
      ])
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
  let server: StartedReach
  beforeEach(async () => {
    server = await startReach({ apps })
    for (const { appId } of apps) {
      const control = controlOf(appId)
      const url = `${server.url}/v1/push/${appId}`
      const token = `push-token-of-${appId.at(-1)}`
      await control('push-config', { url, token, mode: 'plain', format: 'json' })
      const phone = await server.phone(user, appId)
      const postEvent = (event: object) => phone.postEvents(event)
      const origin = { ask: server.ask, control, postEvent }
      await creditKinds.subscription.grant(origin)
      await creditKinds.window.grant(origin)
    }
  })
  afterEach(() => server.close())

  const controlOf =
    (appId: string) =>
    async <Body>(name: string, body: object) =>
      (await server.sandbox<Body>(`POST /sandbox/${name}`, { body: { appId, ...body } })).body
  let keys = 0
  const send = async (appId: string, kind: KindName) => {
    const { body } = await server.ask<Message>(`POST /v1/messages?appId=${appId}`, {
      body: { openId: user, ...creditKinds[kind].message },
      headers: { 'Idempotency-Key': `pause-${(keys += 1)}` },
    })
    return body.reason?.code ?? body.state
  }

  it('is of one channel of one app: the others go on', async () => {
    const [a, b] = apps.map(({ appId }) => appId) as [string, string]
    const { path } = creditKinds.subscription
    await controlOf(a)('faults', { path, errcode: 45009 })
    expect(await send(a, 'subscription')).toBe('quota')
    expect(await send(a, 'subscription')).toBe('quota')
    expect(await send(a, 'window')).toBe('sent')
    expect(await send(b, 'subscription')).toBe('sent')
    expect(await send(b, 'window')).toBe('sent')
  })
})
