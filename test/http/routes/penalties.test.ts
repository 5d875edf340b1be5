import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CreditsReply, Message } from '../../../shared/wire/index.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { message, template } from '../../support/server/samples.ts'
import { day } from '../../../server/rules/time.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
let keys = 0
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const punish = (body: object) => server.sandbox('POST /sandbox/penalties', { body })
const send = async () => {
  const alice = await server.phone('alice-0001')
  await alice.postEvents({
    type: 'form.submitted',
    formId: await alice.submitForm(),
    page: 'pages/a',
  })
  const headers = { 'Idempotency-Key': `penalty-${(keys += 1)}` }
  const { body } = await server.ask<Message>('POST /v1/messages', { body: message, headers })
  return body.reason?.code ?? body.state
}
const usesLeft = async () => {
  const { body } = await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')
  return body.credits.map((credit) => credit.usesLeft)
}
const sendCalls = async () =>
  (await platformCalls(server, '/cgi-bin/message/wxopen/template/send')).length

describe('a punishment (处罚说明)', () => {
  it('that takes the template refuses its messages and keeps the credits', async () => {
    await punish({ strike: 1, templateId: template })
    expect(await send()).toBe('template_unknown')
    expect(await usesLeft()).toEqual([1])
  })

  it.each([
    [2, 7],
    [3, 30],
  ])(
    'with strike %i costs one call and no credit, and is over after %i days',
    async (strike, days) => {
      await punish({ strike })
      expect([await send(), await send()]).toEqual(['channel_shut', 'channel_shut'])
      expect(await sendCalls()).toBe(1)
      expect(await usesLeft()).toEqual([1, 1])
      server.clock.advance(days * day)
      expect(await send()).toBe('sent')
    },
  )

  it('with strike 4 stands for ever', async () => {
    await punish({ strike: 4 })
    expect(await send()).toBe('channel_shut')
    server.clock.advance(400 * day)
    expect(await send()).toBe('channel_shut')
  })
})
