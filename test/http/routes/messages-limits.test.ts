import { afterEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import type { ReachServerConfig } from '../../../server/reach-server.ts'
import type { CreditsReply, Message } from '../../../shared/wire/index.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { day, hour } from '../../../server/rules/time.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
afterEach(() => server.close())

/** Noon in Shanghai, and a user with three forms. */
async function start(settings: Partial<ReachServerConfig> = {}) {
  server = await startReach({ settings })
  const alice = await server.phone('alice-0001')
  for (const _ of [1, 2, 3]) {
    await alice.postEvents({
      type: 'form.submitted',
      formId: await alice.submitForm(),
      page: 'pages/a',
    })
  }
}
let keys = 0
async function send(change: object = {}) {
  const { body, status } = await server.ask<Message>('POST /v1/messages', {
    body: { ...message, ...change },
    headers: { 'Idempotency-Key': `limits-${(keys += 1)}` },
  })
  expect(status).toBe(201)
  expectShape(schemas.message, body)
  return body
}
const uses = async () =>
  (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body.canReceive.template.uses
const calls = async () => {
  const { body } = await server.sandbox<{ calls: { path: string }[] }>('GET /sandbox/calls')
  return body.calls.filter(({ path }) => path.endsWith('/template/send')).length
}

describe('our own limits', () => {
  it('are off unless they are set', async () => {
    await start()
    for (const _ of [1, 2, 3]) expect((await send()).state).toBe('sent')
  })

  it('of a day refuse what is over them, without a call and without a credit', async () => {
    await start({ limitPerUserDay: 2 })
    for (const _ of [1, 2]) expect((await send()).state).toBe('sent')
    expect(await send()).toMatchObject({
      state: 'refused',
      attempts: 0,
      reason: { code: 'user_limit', detail: expect.stringContaining('REACH_LIMIT_PER_USER_DAY') },
    })
    expect([await uses(), await calls()]).toEqual([1, 2])
    server.clock.advance(12 * hour)
    expect((await send()).state).toBe('sent')
  })

  it('of a day do not count what WeChat refused', async () => {
    await start({ limitPerUserDay: 1 })
    expect((await send({ templateId: 'no-such-template' })).state).toBe('refused')
    expect((await send()).state).toBe('sent')
    expect((await send()).reason?.code).toBe('user_limit')
  })

  it('of the night refuse in the zone that is set', async () => {
    const quietHours = { fromMinute: 22 * 60, untilMinute: 8 * 60 }
    await start({ quietHours })
    expect((await send()).state).toBe('sent')
    server.clock.advance(10 * hour)
    expect(await send()).toMatchObject({
      state: 'refused',
      attempts: 0,
      reason: { code: 'quiet_hours' },
    })
    expect(await uses()).toBe(2)
    server.clock.advance(10 * hour)
    expect((await send()).state).toBe('sent')
    await server.close()
    await start({ quietHours, timeZone: 'America/New_York' })
    expect((await send()).reason?.code).toBe('quiet_hours')
    server.clock.advance(day)
    expect((await send()).reason?.code).toBe('quiet_hours')
  })
})

describe('marketing words in a template message', () => {
  it('give a warning with the field, and the message goes out', async () => {
    await start()
    const data = { keyword1: { value: '双十一红包' }, keyword2: { value: '咖啡' } }
    const sent = await send({ data })
    expect(sent.state).toBe('sent')
    expect(sent.warnings).toEqual([
      { path: '/data/keyword1/value', message: expect.stringContaining('红包') },
    ])
    expect(await send()).not.toHaveProperty('warnings')
  })
})
