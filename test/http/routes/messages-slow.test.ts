import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { sendRules } from '../../../server/rules/sending.ts'
import type { Message } from '../../../shared/wire/index.ts'
import type { Phone } from '../../support/server/phone.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { minute, second } from '../../../server/rules/time.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const path = '/cgi-bin/message/wxopen/template/send'
let server: StartedReach
let alice: Phone
beforeEach(async () => {
  server = await startReach()
  alice = await server.phone('alice-0001')
  await alice.postEvents({
    type: 'form.submitted',
    formId: await alice.submitForm(),
    page: 'pages/a',
  })
})
afterEach(() => server.close())

const send = (headers: Record<string, string> = {}) =>
  server.ask<Message>('POST /v1/messages', {
    body: message,
    headers: { 'Idempotency-Key': 'key-1', ...headers },
  })
const fault = (body: object) => server.sandbox('POST /sandbox/faults', { body: { path, ...body } })
const get = async (id: string) => (await server.ask<Message>(`GET /v1/messages/${id}`)).body
/** Asks until it rests; each look is a request, which takes its time. */
async function settled(id: string): Promise<Message> {
  for (;;) {
    const found = await get(id)
    if (found.state !== 'queued') return found
  }
}

describe('a slow platform', () => {
  it('is not waited for longer than ten seconds, and the message goes on', async () => {
    await fault({ delayMs: sendRules.answerWithinMs + 5 * second })
    const answering = send()
    await server.monotonic.waitedFor(sendRules.answerWithinMs + 5 * second)
    await server.monotonic.waitedFor(sendRules.answerWithinMs)
    server.monotonic.advance(sendRules.answerWithinMs)
    const answer = await answering
    expect(answer).toMatchObject({ status: 202, body: { state: 'queued' } })
    expectShape(schemas.message, answer.body)
    expect((await get(answer.body.id)).state).toBe('queued')
    server.monotonic.advance(5 * second)
    expect(await settled(answer.body.id)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('is not waited for at all with Prefer: respond-async', async () => {
    await fault({ delayMs: minute })
    const answer = await send({ Prefer: 'respond-async, wait=5' })
    expect(answer).toMatchObject({ status: 202, body: { state: 'queued' } })
    const again = await send({ Prefer: 'respond-async' })
    expect(again.status).toBe(202)
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    await server.monotonic.waitedFor(minute)
    server.monotonic.advance(minute)
    expect(await settled(answer.body.id)).toMatchObject({ state: 'sent' })
  })

  it('holds the credit meanwhile: another message is told that it is reserved', async () => {
    await fault({ delayMs: minute })
    const first = await send({ Prefer: 'respond-async' })
    const { body } = await send({ 'Idempotency-Key': 'key-2' })
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'no_credit', reserved: 1 } })
    await server.monotonic.waitedFor(minute)
    server.monotonic.advance(minute)
    expect(await settled(first.body.id)).toMatchObject({ state: 'sent' })
  })
})

describe('a platform that hangs up', () => {
  it('after it has sent is asked once more: the formId is taken, so the message is there', async () => {
    await fault({ when: 'after', hangUp: true })
    const answering = send()
    expect((await answering).body).toMatchObject({ state: 'sent', inferred: true, attempts: 2 })
  })

  it('before it has sent is asked once more, and sends', async () => {
    await fault({ when: 'before', hangUp: true })
    const { body } = await send()
    expect(body).toMatchObject({ state: 'sent', attempts: 2 })
    expect(body.inferred).toBeUndefined()
  })
})

describe('a busy platform (-1)', () => {
  const attempts = async () =>
    (await server.sandbox<{ calls: { path: string }[] }>('GET /sandbox/calls')).body.calls.filter(
      (call) => call.path === path,
    ).length

  it('is tried again before the answer, when that is in time', async () => {
    await fault({ errcode: -1 })
    server.reach.start()
    const answering = send()
    await server.monotonic.waitedFor(sendRules.answerWithinMs)
    // One look of the worker is a second of machine time.
    for (let look = 1; look < 10 && (await attempts()) < 2; look += 1) {
      server.monotonic.advance(second)
    }
    expect(await answering).toMatchObject({ status: 201, body: { state: 'sent', attempts: 2 } })
  })

  it('for longer than ten seconds: the message is queued, its credit free, until the worker tries again', async () => {
    await fault({ errcode: -1 })
    const answering = send()
    await server.monotonic.waitedFor(sendRules.answerWithinMs)
    for (let look = 0; look < 100 && (await attempts()) < 1; look += 1);
    server.monotonic.advance(sendRules.answerWithinMs)
    const { status, body } = await answering
    expect([status, body.state]).toEqual([202, 'queued'])
    server.reach.start()
    server.monotonic.advance(minute)
    for (let look = 0; look < 100 && (await get(body.id)).state === 'queued'; look += 1) {
      server.monotonic.advance(second)
    }
    expect(await get(body.id)).toMatchObject({ state: 'sent', attempts: 2 })
  })
})
