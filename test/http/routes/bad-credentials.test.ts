import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scopes } from '../../../shared/codes.ts'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import { named, operatorSamples, samples } from '../../support/server/samples.ts'
import { apiKey, app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { day } from '../../../server/rules/time.ts'

/** `key-without-read` has all scopes but `read`, and so on. */
const limited = scopes.map((scope) => ({
  key: `key-without-${scope}`,
  scopes: scopes.filter((other) => other !== scope),
}))
const second = { ...app, appId: 'wxfedcba9876543210' }

let server: StartedReach
let phone: string
beforeAll(async () => {
  server = await startReach({
    apps: [app, second],
    apiKeys: limited,
    settings: { requestLimits: { failuresPerAddressMinute: 1_000_000 } },
  })
  phone = (await server.phone('alice-0001')).token
})
afterAll(async () => {
  await expectGoesOn(server)
  await server.close()
})

const closed = samples.filter(({ route }) => !['anyone', 'browser'].includes(route.caller))

describe.each(named(closed))('%s', (_, { at, route, body, headers }) => {
  const ask = (authorization: string | undefined) =>
    server.ask(at, {
      token: null,
      body,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    })

  it.each([
    // Without a key, a monitor learns less.
    ...(route.caller === 'monitor' ? [] : [['nothing', undefined] as const]),
    ['no token', 'Bearer'],
    ['an empty one', 'Bearer   '],
    ['two', 'Bearer one two'],
    ['another scheme', `Basic ${apiKey}`],
    ['an invented one', 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['__proto__', 'Bearer __proto__'],
    ['a part of a good one', `Bearer ${apiKey.slice(0, -1)}`],
    ['one of 10,000 characters', `Bearer ${'k'.repeat(10_000)}`],
  ])('rejects %s', async (_what, authorization) => {
    const answer = await ask(authorization)
    expectProblem(answer, 401, 'unauthorized')
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer')
  })

  it('rejects the credential of another kind of caller', async () => {
    expectProblem(
      await ask(`Bearer ${route.caller === 'phone' ? apiKey : phone}`),
      401,
      'unauthorized',
    )
  })
})

describe.each(named(operatorSamples))('%s', (_, { at, route, body, headers }) => {
  it(`refuses a key without the scope ${route.scope}`, async () => {
    const token = `key-without-${route.scope}`
    expectProblem(await server.ask(at, { token, body, headers }), 403, 'forbidden')
  })

  it('requires appId when the server serves several apps', async () => {
    const answer = await server.ask(at, { body, headers })
    expectProblem(answer, 400, 'app_id_required', 'query/appId')
  })

  it('accepts a key with that scope alone, whatever the case of the scheme', async () => {
    const authorization = `bearer  ${apiKey}`
    const to = `${at}?appId=${second.appId}`
    const answer = await server.ask(to, {
      token: null,
      body,
      headers: { ...headers, authorization },
    })
    expect([401, 403]).not.toContain(answer.status)
    expect(answer.status).not.toBe(500)
  })
})

describe('two apps', () => {
  it('have separate ledgers: a user of one is unknown in the other', async () => {
    const bob = await server.phone('bob-0001', second.appId)
    await bob.earnForm()
    const usesIn = async (appId: string) => {
      const { body } = await server.ask<{ canReceive: { template: { uses: number } } }>(
        `GET /v1/users/bob-0001/credits?appId=${appId}`,
      )
      return body.canReceive.template.uses
    }
    expect([await usesIn(app.appId), await usesIn(second.appId)]).toEqual([0, 1])
  })

  it('find a message only under the app that sent it', async () => {
    const { body } = await server.ask<{ id: string }>(`POST /v1/messages?appId=${second.appId}`, {
      body: { channel: 'template', openId: 'carol-0001', templateId: 'any' },
      headers: { 'Idempotency-Key': 'carol-1' },
    })
    const at = `GET /v1/messages/${body.id}?appId=`
    expect((await server.ask(at + second.appId)).status).toBe(200)
    expectProblem(await server.ask(at + app.appId), 404, 'not_found')
  })
})

it('accepts a session for thirty days and no longer', async () => {
  const dave = await server.phone('dave-0001')
  server.clock.advance(30 * day - 1)
  const event = { type: 'share.opened', scene: 1001, page: 'a' }
  expect(await dave.postEvents(event)).toMatchObject([{ status: 'accepted' }])
  server.clock.advance(1)
  expectProblem(await dave.post({ sentAt: 0, events: [event] }), 401, 'unauthorized')
})
