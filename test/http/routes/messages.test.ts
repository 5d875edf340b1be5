import { beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { sendRules } from '../../../server/rules/sending.ts'
import { minute, second } from '../../../server/rules/time.ts'
import type { CreditsReply, Message, MessageWithCalls } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

describe('POST /v1/messages', () => {
  const server = useReach()
  const alice = usePhone(server)

  const send = (key: string, body: object = message, headers: Record<string, string> = {}) =>
    server.ask<Message>('POST /v1/messages', {
      body,
      headers: { 'Idempotency-Key': key, ...headers },
    })
  const inbox = async (openId = 'alice-0001') =>
    (await server.sandbox<{ messages: { body: object }[] }>(`GET /sandbox/inbox/${openId}`)).body
      .messages
  const template = async () =>
    (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body.canReceive.template

  describe('a message', () => {
    it('is sent for one credit and reaches the inbox unchanged', async () => {
      await alice.earnForm()
      const answer = await send('key-1')
      expect(answer.status).toBe(201)
      expect(answer.headers.get('Idempotency-Replayed')).toBeNull()
      expectShape(schemas.message, answer.body)
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^[\w-]{16}$/),
        channel: 'template',
        openId: 'alice-0001',
        templateId: message.templateId,
        state: 'sent',
        attempts: 1,
        createdAt: new Date(startMs).toISOString(),
        deadline: new Date(startMs + sendRules.deadlineMs).toISOString(),
        settledAt: new Date(startMs).toISOString(),
      })
      expect(await inbox()).toMatchObject([
        {
          kind: 'template',
          body: {
            touser: 'alice-0001',
            template_id: message.templateId,
            page: message.page,
            data: message.data,
            emphasis_keyword: 'keyword1.DATA',
          },
        },
      ])
      expect(await template()).toEqual({ uses: 0 })
      const { calls, content, contentUntil, ...found } = (
        await server.ask<MessageWithCalls>(`GET /v1/messages/${answer.body.id}`)
      ).body
      expect(found).toEqual(answer.body)
      expect(content).toMatchObject({ page: message.page, data: message.data })
      expect(contentUntil).toBe('2018-06-08T04:00:00.000Z')
      expect(calls).toHaveLength(1)
    })

    it('may be an empty template without a page', async () => {
      await alice.earnForm()
      const { channel, openId, templateId } = message
      expect((await send('key-1', { channel, openId, templateId })).body.state).toBe('sent')
    })

    it('without a credit is recorded as refused', async () => {
      const answer = await send('key-1')
      expect(answer.status).toBe(201)
      expectShape(schemas.message, answer.body)
      expect(answer.body).toMatchObject({
        state: 'refused',
        attempts: 0,
        reason: { code: 'no_credit', reserved: 0 },
      })
    })

    it('ends by its deadline, when it has one', async () => {
      const deadline = '2018-06-01T12:00:30+08:00'
      const { body } = await send('key-1', { ...message, deadline })
      expect(body.deadline).toBe('2018-06-01T04:00:30.000Z')
    })

    it('is refused when its deadline has passed, and its credit is given back', async () => {
      await alice.earnForm()
      const late = await send('key-1', { ...message, deadline: '2018-06-01T03:59:59Z' })
      expect(late).toMatchObject({
        status: 201,
        body: { state: 'refused', reason: { code: 'deadline' }, attempts: 0 },
      })
      expect((await send('key-2')).body.state).toBe('sent')
    })
  })

  describe('an Idempotency-Key', () => {
    it('with the same body is the same message for seven days', async () => {
      await alice.earnForm()
      await alice.earnForm()
      const first = await send('key-1')
      server.clock.advance(sendRules.keyKeptMs - minute)
      const again = await send('key-1')
      expect(again.body).toEqual(first.body)
      expect(again.headers.get('Idempotency-Replayed')).toBe('true')
      expect(await inbox()).toHaveLength(1)
    })

    it('with the same body is the same message after its deadline too', async () => {
      await alice.earnForm()
      const body = { ...message, deadline: '2018-06-01T04:00:30Z' }
      const first = await send('key-1', body)
      server.clock.advance(minute)
      const again = await send('key-1', body)
      expect(again).toMatchObject({ status: 201, body: { state: 'sent' } })
      expect(again.body).toEqual(first.body)
      expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    })

    it('with another body is refused, and nothing is sent', async () => {
      await alice.earnForm()
      await alice.earnForm()
      await send('key-1')
      expectProblem(await send('key-1', { ...message, page: 'b' }), 422, 'idempotency_conflict')
      expect(await inbox()).toHaveLength(1)
    })

    it('is separate for each user', async () => {
      await server.phone('bob-0001')
      await alice.earnForm()
      expect((await send('key-1')).body.state).toBe('sent')
      const toBob = await send('key-1', { ...message, openId: 'bob-0001' })
      expect(toBob).toMatchObject({ status: 201, body: { openId: 'bob-0001', state: 'refused' } })
    })

    it('used by ten callers at once sends one message', async () => {
      await alice.earnForm()
      await alice.earnForm()
      const answers = await Promise.all(Array.from({ length: 10 }, () => send('key-1')))
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
      expect(answers.map(({ body }) => body.state)).toEqual(Array(10).fill('sent'))
      expect(await inbox()).toHaveLength(1)
    })

    it.each([
      ['missing', undefined],
      ['empty', ''],
      ['of 300 characters', 'k'.repeat(300)],
      ['with a space', 'key 1'],
      ['with an accent', 'cl\u00e9-1'],
    ])('that is %s is refused', async (_, key) => {
      const headers = key === undefined ? {} : { 'Idempotency-Key': key }
      const answer = await server.ask('POST /v1/messages', { body: message, headers })
      expectProblem(answer, 400, 'invalid_header', 'header/Idempotency-Key')
    })

    it('of 255 characters is accepted', async () => {
      expect((await send('k'.repeat(255))).status).toBe(201)
    })
  })

  describe('ten messages for one credit', () => {
    it('send exactly one', async () => {
      await alice.earnForm()
      const keys = Array.from({ length: 10 }, (_, n) => `key-${n}`)
      const states = (await Promise.all(keys.map((key) => send(key)))).map(({ body }) => body.state)
      expect(states.filter((state) => state === 'sent')).toHaveLength(1)
      expect(states.filter((state) => state === 'refused')).toHaveLength(9)
      expect(await inbox()).toHaveLength(1)
      server.monotonic.advance(second)
    })
  })
})

describe('POST /v1/messages, slow', () => {
  const path = '/cgi-bin/message/wxopen/template/send'
  const server = useReach()
  const alice = usePhone(server)
  beforeEach(async () => {
    await alice.postEvents({
      type: 'form.submitted',
      formId: await alice.submitForm(),
      page: 'pages/a',
    })
  })

  const send = (headers: Record<string, string> = {}) =>
    server.ask<Message>('POST /v1/messages', {
      body: message,
      headers: { 'Idempotency-Key': 'key-1', ...headers },
    })
  const fault = (body: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path, ...body } })
  const get = async (id: string) => (await server.ask<Message>(`GET /v1/messages/${id}`)).body
  /** Polls until the message is final. */
  async function settled(id: string): Promise<Message> {
    for (;;) {
      const found = await get(id)
      if (found.state !== 'queued') return found
    }
  }

  describe('a slow platform', () => {
    it('is waited for ten seconds at most, and the message goes on', async () => {
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

    it('is not waited for with Prefer: respond-async', async () => {
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

    it('holds the credit meanwhile: another message reports it as reserved', async () => {
      await fault({ delayMs: minute })
      const first = await send({ Prefer: 'respond-async' })
      const { body } = await send({ 'Idempotency-Key': 'key-2' })
      expect(body).toMatchObject({ state: 'refused', reason: { code: 'no_credit', reserved: 1 } })
      await server.monotonic.waitedFor(minute)
      server.monotonic.advance(minute)
      expect(await settled(first.body.id)).toMatchObject({ state: 'sent' })
    })
  })

  describe('a lost reply', () => {
    it('after the send is found by a second call: the formId is used', async () => {
      await fault({ when: 'after', hangUp: true })
      const answering = send()
      expect((await answering).body).toMatchObject({ state: 'sent', inferred: true, attempts: 2 })
    })

    it('before the send leads to a second call, which sends', async () => {
      await fault({ when: 'before', hangUp: true })
      const { body } = await send()
      expect(body).toMatchObject({ state: 'sent', attempts: 2 })
      expect(body.inferred).toBeUndefined()
    })
  })

  describe('a busy platform (-1)', () => {
    const attempts = async () => (await platformCalls(server, path)).length

    it('is tried again before the reply, while there is time', async () => {
      await fault({ errcode: -1 })
      server.reach.start()
      const answering = send()
      await server.monotonic.waitedFor(sendRules.answerWithinMs)
      // The worker polls once a second of machine time.
      for (let look = 1; look < 10 && (await attempts()) < 2; look += 1) {
        server.monotonic.advance(second)
      }
      expect(await answering).toMatchObject({ status: 201, body: { state: 'sent', attempts: 2 } })
    })

    it('for over ten seconds queues the message and gives its credit back', async () => {
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
})
