import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { sendRules } from '../../../server/rules/sending.ts'
import { day, hour, minute, second } from '../../../server/rules/time.ts'
import type { Message, MessagesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const at = (ms: number) => new Date(ms).toISOString()

describe('a message with sendAt', () => {
  const server = useReach({
    settings: { quietHours: { fromMinute: 22 * 60, untilMinute: 8 * 60 } },
  })
  const alice = usePhone(server)
  const send = (sendAt: string, rest: object = {}, key = 'key-1') =>
    server.ask<Message>('POST /v1/messages', {
      body: { ...message, sendAt, ...rest },
      headers: { 'Idempotency-Key': key },
    })
  const get = async (id: string) => (await server.ask<Message>(`GET /v1/messages/${id}`)).body
  const cancel = (id: string) => server.ask<Message>(`DELETE /v1/messages/${id}`)
  const inbox = async () =>
    (await server.sandbox<{ messages: object[] }>('GET /sandbox/inbox/alice-0001')).body.messages
  /** Time passes, and the worker looks at what is due. */
  async function passes(ms: number, id: string): Promise<Message> {
    server.reach.start()
    server.clock.advance(ms)
    for (
      let look = 0;
      look < 30 && ['scheduled', 'queued'].includes((await get(id)).state);
      look += 1
    ) {
      server.monotonic.advance(second)
    }
    return get(id)
  }

  it('waits, and is sent at its time', async () => {
    await alice.earnForm()
    const { status, body } = await send('2018-06-01T13:00:00+08:00')
    expectShape(schemas.message, body)
    expect([status, body]).toEqual([
      202,
      {
        id: body.id,
        channel: 'template',
        openId: 'alice-0001',
        templateId: message.templateId,
        state: 'scheduled',
        attempts: 0,
        createdAt: at(startMs),
        sendAt: at(startMs + hour),
        deadline: at(startMs + hour + sendRules.deadlineMs),
      },
    ])
    server.reach.start()
    server.clock.advance(hour - 1)
    server.monotonic.advance(minute)
    expect((await get(body.id)).state).toBe('scheduled')
    expect(await inbox()).toEqual([])
    expect(await passes(1, body.id)).toMatchObject({ state: 'sent', attempts: 1 })
    expect(await inbox()).toHaveLength(1)
  })

  it('uses a credit that arises while it waits, and tells that there is none yet', async () => {
    const { body } = await send('2018-06-01T05:00:00Z')
    expect(body).toMatchObject({ state: 'scheduled', creditUntil: null })
    expect(body.warnings).toEqual([
      { path: '/sendAt', message: expect.stringContaining('no credit now') },
    ])
    await alice.earnForm()
    expect((await passes(hour, body.id)).state).toBe('sent')
  })

  it('tells when the last credit ends that could be used now, and is refused then', async () => {
    await alice.earnForm()
    const { body } = await send('2018-06-11T04:00:00Z')
    expectShape(schemas.message, body)
    const untilMs = Date.parse(body.creditUntil!)
    expect(untilMs).toBeGreaterThan(startMs + 7 * day - hour)
    expect(untilMs).toBeLessThanOrEqual(startMs + 7 * day)
    expect(body.warnings).toMatchObject([{ path: '/sendAt' }])
    expect(await passes(10 * day, body.id)).toMatchObject({
      state: 'refused',
      reason: { code: 'no_credit' },
    })
  })

  it('is the same message for its key, until a week after its time', async () => {
    await alice.earnForm()
    const sendAt = '2018-06-05T04:00:00Z'
    const first = await send(sendAt)
    await passes(4 * day, first.body.id)
    server.clock.advance(7 * day - minute)
    const again = await send(sendAt)
    expect(again.body).toMatchObject({ id: first.body.id, state: 'sent' })
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect(await inbox()).toHaveLength(1)
    expectProblem(await send('2018-06-06T04:00:00Z'), 422, 'idempotency_conflict')
  })

  it('whose time has passed is sent at once', async () => {
    await alice.earnForm()
    const { status, body } = await send('2018-06-01T03:00:00Z')
    expect([status, body.state, body.sendAt]).toEqual([201, 'sent', undefined])
  })

  it('is refused at once where quiet hours hold then', async () => {
    await alice.earnForm()
    const { status, body } = await send('2018-06-01T23:00:00+08:00')
    expect([status, body.state, body.reason?.code]).toEqual([201, 'refused', 'quiet_hours'])
  })

  it('may be 30 days ahead and no more, and its deadline comes after it', async () => {
    const most = startMs + sendRules.sendAheadMs
    expect((await send(at(most))).status).toBe(202)
    expectProblem(await send(at(most + 1), {}, 'key-2'), 400, 'invalid_body', '/sendAt')
    expectProblem(await send('tomorrow', {}, 'key-3'), 400, 'invalid_body', '/sendAt')
    const deadline = at(startMs + hour)
    const early = await send(at(startMs + hour), { deadline }, 'key-4')
    expectProblem(early, 400, 'invalid_body', '/deadline')
  })

  it('is cancelled while it waits, also twice, and never sent', async () => {
    await alice.earnForm()
    const { body } = await send('2018-06-01T05:00:00Z')
    const cancelled = await cancel(body.id)
    expectShape(schemas.message, cancelled.body)
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled'])
    expect(await cancel(body.id)).toMatchObject({ status: 200, body: { state: 'cancelled' } })
    await passes(2 * hour, body.id)
    expect(await inbox()).toEqual([])
    expect((await send('2018-06-01T05:00:00Z')).body.state).toBe('cancelled')
  })

  it('is counted and logged once, however often it is cancelled', async () => {
    const refused = (await send('2018-06-01T23:00:00+08:00', {}, 'key-2')).body
    const { body } = await send('2018-06-01T05:00:00Z')
    for (const id of [body.id, body.id, refused.id]) await cancel(id)
    const { text } = await server.ask('GET /metrics')
    expect(text).toMatch(/^wx_reach_messages_total\{.*state="cancelled".*\} 1$/m)
    expect(server.lines.filter((line) => line.includes('a message was refused'))).toHaveLength(1)
  })

  it('cannot be cancelled once it is sent, nor under an unknown id', async () => {
    await alice.earnForm()
    const { body } = await send('2018-06-01T05:00:00Z')
    await passes(hour, body.id)
    const late = await cancel(body.id)
    expectProblem(late, 409, 'message_not_waiting')
    expect(late.text).toContain('it is sent')
    expectProblem(await cancel('AAAAAAAAAAAAAAAA'), 404, 'not_found')
  })

  it('is listed by its state', async () => {
    const { body } = await send('2018-06-01T05:00:00Z')
    const listed = async (state: string) =>
      (await server.ask<MessagesReply>(`GET /v1/messages?state=${state}`)).body.messages
    expect(await listed('scheduled')).toMatchObject([{ id: body.id, sendAt: body.sendAt }])
    await cancel(body.id)
    expect(await listed('scheduled')).toEqual([])
    expect(await listed('cancelled')).toMatchObject([{ id: body.id }])
  })
})
