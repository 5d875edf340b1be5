/** The limits of what a hostile phone can do. */
import { describe, expect, it } from '@jest/globals'
import { requestLimits, userLimits } from '../../../server/rules/limits.ts'
import { day, minute, second } from '../../../server/rules/time.ts'
import type { CreditsReply, Message } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { template } from '../../support/server/samples.ts'
import { useReach } from '../../support/server/use-reach.ts'

const server = useReach({ trustedProxies: 1 })

const form = (formId: string) => ({ type: 'form.submitted', formId, page: 'pages/a' })
const usesOf = async (openId: string) =>
  (await server.ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body.canReceive.template.uses
const send = async (openId: string) =>
  (
    await server.ask<Message>('POST /v1/messages', {
      body: { channel: 'template', openId, templateId: template },
      headers: { 'Idempotency-Key': `to-${openId}` },
    })
  ).body
const sends = async () =>
  (await platformCalls(server, '/cgi-bin/message/wxopen/template/send')).length

describe('a user who sends a thousand invented formIds', () => {
  it('affects no other user', async () => {
    const mallory = await server.phone('mallory-01')
    const alice = await server.phone('alice-0001')
    const bob = await server.phone('bob-0001')
    await alice.postEvents(form(await alice.submitForm()))
    await bob.postEvents(form(await bob.submitForm()))

    for (let batch = 0; batch < 10; batch += 1) {
      const forms = Array.from({ length: 100 }, (_, n) => form(`invented-${batch}-${n}`))
      await mallory.postEvents(...forms)
    }
    expect(await usesOf('mallory-01')).toBe(userLimits.liveFormCredits)

    expect(await send('mallory-01')).toMatchObject({
      state: 'refused',
      attempts: 5,
      reason: { code: 'credits_rejected', wechat: { errcode: 41028 } },
    })
    expect(await sends()).toBe(5)
    expect(await usesOf('mallory-01')).toBe(userLimits.liveFormCredits - 5)

    // At the same time as another message to mallory.
    const nextOfMallory = server.ask('POST /v1/messages', {
      body: { channel: 'template', openId: 'mallory-01', templateId: template },
      headers: { 'Idempotency-Key': 'mallory-again' },
    })
    expect(await send('alice-0001')).toMatchObject({ state: 'sent', attempts: 1 })
    expect(await send('bob-0001')).toMatchObject({ state: 'sent', attempts: 1 })
    await nextOfMallory
  })

  it("cannot use up another user's formId by sending it first", async () => {
    const mallory = await server.phone('mallory-01')
    const alice = await server.phone('alice-0001')
    const formId = await alice.submitForm()
    await mallory.postEvents(form(formId))
    await alice.postEvents(form(formId))
    expect(await send('mallory-01')).toMatchObject({ state: 'refused' })
    expect(await send('alice-0001')).toMatchObject({ state: 'sent' })
  })
})

describe('limits of a user', () => {
  it('are 2,000 events a day: further events are not recorded and get retry', async () => {
    const alice = await server.phone('alice-0001')
    const batch = (n: number) => Array.from({ length: 100 }, (_, m) => form(`f-${n}-${m}`))
    for (let n = 0; n < 20; n += 1) await alice.postEvents(...batch(n))
    expect(await alice.postEvents(form('one-more'))).toMatchObject([
      { status: 'retry', reason: 'rate_limited' },
    ])
    // A duplicate does not count.
    server.clock.advance(day)
    expect(await alice.postEvents(form('one-more'))).toMatchObject([{ status: 'accepted' }])
  })

  it('are 60 requests a minute, with Retry-After', async () => {
    const alice = await server.phone('alice-0001')
    const bob = await server.phone('bob-0001')
    const ask = () => alice.post({ sentAt: 0, events: [null] })
    const answers = await Promise.all(Array.from({ length: 60 }, ask))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const late = await ask()
    expectProblem(late, 429, 'rate_limited')
    const wait = Number(late.headers.get('Retry-After'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect((await bob.post({ sentAt: 0, events: [null] })).status).toBe(200)
    server.monotonic.advance(wait * second)
    expect((await ask()).status).toBe(200)
  })

  it('hold over all sessions of the user', async () => {
    const alice = await server.phone('alice-0001')
    const token = await alice.signIn()
    const ask = (n: number) =>
      alice.post({ sentAt: 0, events: [null] }, n % 2 === 0 ? { token } : {})
    await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n)))
    expect([(await ask(0)).status, (await ask(1)).status]).toEqual([429, 429])
  })
})

describe('sign-ins of one address', () => {
  it('are 20 a minute, whatever X-Forwarded-For the client sends', async () => {
    const signIn = (address: string) =>
      server.ask('POST /v1/session', {
        token: null,
        body: { appId: 'wx0123456789abcdef', code: 'no-such-code' },
        headers: { 'X-Forwarded-For': address },
      })
    for (let n = 0; n < requestLimits.signInsPerAddressMinute; n += 1) {
      expectProblem(await signIn(`10.0.0.${n}, 192.0.2.1`), 400, 'code_rejected')
    }
    const late = await signIn('192.0.2.1')
    expectProblem(late, 429, 'rate_limited')
    expect(Number(late.headers.get('Retry-After'))).toBeGreaterThan(0)
    expectProblem(await signIn('192.0.2.2'), 400, 'code_rejected')
    server.monotonic.advance(minute)
    expectProblem(await signIn('192.0.2.1'), 400, 'code_rejected')
  })
})
