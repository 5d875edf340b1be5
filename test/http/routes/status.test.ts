/** The state of an app. */
import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/status.ts'
import { statusRules } from '../../../server/rules/requests.ts'
import { version } from '../../../server/runtime/version.ts'
import type { StatusReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs, startReach } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const send = '/cgi-bin/message/wxopen/template/send'
const at = (ms: number) => new Date(ms).toISOString()

describe('the status of an app', () => {
  const server = useReach()
  const alice = usePhone(server)

  const read = async () => {
    const { status, body, text } = await server.ask<StatusReply>('GET /v1/status')
    expect(status).toBe(200)
    expectShape(schemas.statusReply, body)
    return { ...body, text }
  }
  let keys = 0
  const sendOne = async (respondAsync = false) => {
    const body = { openId: 'alice-0001', prepayId: await alice.pay() }
    await server.ask('POST /v1/credits/payment', { body })
    return server.ask('POST /v1/messages', {
      body: { openId: 'alice-0001', channel: 'template', templateId: template },
      headers: {
        'Idempotency-Key': `status-${(keys += 1)}`,
        ...(respondAsync && { Prefer: 'respond-async' }),
      },
    })
  }
  const fail = (fault: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path: send, times: 1, ...fault } })

  it('names version, edition, channels and the token, without the token', async () => {
    const { accessToken } = (await server.ask<{ accessToken: string }>('GET /v1/access-token')).body
    const { text, ...status } = await read()
    expect(status).toMatchObject({ appId: app.appId, edition: '2018', version, now: at(startMs) })
    expect(status.token).toEqual({ fetchedAt: at(startMs), expiresAt: expect.any(String) })
    expect(status.channels).toEqual([
      { channel: 'template', state: 'open' },
      { channel: 'subscribe', state: 'retired' },
      { channel: 'customer', state: 'open' },
    ])
    expect(status.codes.lasting).toEqual({ used: 0, limit: 100_000 })
    expect(status.backlog).toEqual({ queued: 0, sending: 0, complete: true })
    expect(status.erasures).toBe(0)
    expect(text).not.toContain(accessToken)
  })

  it('says why WeChat gives no token, and what to do', async () => {
    await server.sandbox('POST /sandbox/faults', {
      body: { path: '/cgi-bin/token', errcode: 40125, times: 1 },
    })
    await server.ask('GET /v1/access-token')
    expect((await read()).token).toEqual({
      refusal: { errcode: 40125, meaning: expect.any(String), advice: expect.any(String) },
    })
  })

  it('counts what was sent on the day of the platform, at most a minute later', async () => {
    await sendOne()
    const midnight = at(Date.parse('2018-06-01T00:00:00+08:00'))
    const today = { since: midnight, computedAt: at(startMs), complete: true }
    const sent = { template: 1, subscribe: 0, customer: 0 }
    expect((await read()).today).toEqual({ ...today, sent })
    await sendOne()
    expect((await read()).today.sent).toEqual(sent)
    server.monotonic.advance(statusRules.keptMs)
    expect((await read()).today.sent).toEqual({ ...sent, template: 2 })
    server.clock.advance(24 * 3_600_000)
    expect((await read()).today.sent.template).toBe(0)
  })

  it('says since when and why a channel is shut, or paused until when', async () => {
    await fail({ errcode: 48001 })
    await sendOne()
    const shut = (await read()).channels[0]
    expect(shut).toMatchObject({
      state: 'shut',
      since: at(startMs),
      reason: { code: 'channel_shut' },
    })
    expect(shut?.until).toBeUndefined()
    await server.ask('DELETE /v1/suspensions/template')
    await fail({ errcode: 45009 })
    await sendOne()
    const until = at(Date.parse('2018-06-02T00:00:00+08:00'))
    expect((await read()).channels[0]).toMatchObject({
      state: 'paused',
      until,
      reason: { code: 'quota', wechat: { errcode: 45009 } },
    })
  })

  it('counts messages that wait for another try', async () => {
    await fail({ errcode: -1 })
    await sendOne(true)
    while ((await read()).backlog.queued === 0) await new Promise(setImmediate)
    expect((await read()).backlog).toEqual({
      queued: 1,
      sending: 0,
      oldestAt: at(startMs),
      complete: true,
    })
  })
})

describe('the status of a server with two apps', () => {
  const other = { ...app, appId: 'wxfedcba9876543210', edition: '2026' } as const
  const two = useReach({ apps: [app, other] })

  it('is of one of them', async () => {
    expectProblem(await two.ask('GET /v1/status'), 400, 'app_id_required')
    const { body } = await two.ask<StatusReply>(`GET /v1/status?appId=${other.appId}`)
    expect(body).toMatchObject({ appId: other.appId, edition: '2026' })
  })
})

it('tells of the token that a server keeps without storing it', async () => {
  const server = await startReach({ settings: { keepTokens: false } })
  try {
    await server.ask('GET /v1/access-token')
    const { body } = await server.ask<StatusReply>('GET /v1/status')
    expect(body.token).toEqual({ fetchedAt: at(startMs), expiresAt: expect.any(String) })
  } finally {
    await server.close()
  }
})
