/** What became of the credits of a user, and their sessions. */
import { describe, expect, it } from '@jest/globals'
import * as creditSchemas from '../../../server/http/schemas/credits.ts'
import * as sessionSchemas from '../../../server/http/schemas/sessions.ts'
import { historyReply } from '../../../server/ledger/record.ts'
import { historyPage } from '../../../server/rules/requests.ts'
import { sessionRules } from '../../../server/rules/sessions.ts'
import { day } from '../../../server/rules/time.ts'
import type { CreditHistoryReply, Message, SessionsReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const server = useReach()
const alice = usePhone(server)

const openId = 'alice-0001'
const at = (ms: number) => new Date(ms).toISOString()

describe('the history of credits', () => {
  const read = async (of = openId) => {
    const { status, body } = await server.ask<CreditHistoryReply>(
      `GET /v1/users/${of}/credits/history`,
    )
    expect(status).toBe(200)
    expectShape(creditSchemas.creditHistoryReply, body)
    return body
  }
  let keys = 0
  const send = async () =>
    (
      await server.ask<Message>('POST /v1/messages', {
        body: { openId, channel: 'template', templateId: template },
        headers: { 'Idempotency-Key': `history-${(keys += 1)}` },
      })
    ).body

  it('tells how each arose, was reserved, spent and ended, and by which message', async () => {
    await alice.earnForm()
    server.clock.advance(1_000)
    const { id: messageId, state } = await send()
    expect(state).toBe('sent')
    server.clock.advance(1_000)
    await alice.earnForm()
    const { credits, truncated } = await read()
    expect(truncated).toBeUndefined()
    expect(credits).toMatchObject([
      { kind: 'form', usesLeft: 1, reserved: 0, history: [{ change: 'recorded' }] },
      {
        kind: 'form',
        channel: 'template',
        usesLeft: 0,
        reserved: 0,
        expiresAt: at(startMs + 7 * day),
        history: [
          { at: at(startMs), change: 'recorded', usesDelta: 1, reservedDelta: 0 },
          { at: at(startMs + 1_000), change: 'reserved', usesDelta: -1, messageId },
          { change: 'spent', usesDelta: 0, reservedDelta: -1, messageId },
        ],
      },
    ])
  })

  it('gives the reason of a credit that WeChat refused', async () => {
    await alice.earnForm()
    await server.sandbox('POST /sandbox/faults', {
      body: { path: '/cgi-bin/message/wxopen/template/send', errcode: 41028, times: 1 },
    })
    await send()
    const [credit] = (await read()).credits
    expect(credit?.history.at(-1)).toMatchObject({ change: 'dead', reason: expect.any(String) })
  })

  it('is empty for a user who is not known', async () => {
    expect(await read('nobody-001')).toEqual({ credits: [] })
    expectProblem(await server.ask('GET /v1/users/a%20b/credits/history'), 400, 'invalid_query')
  })

  it('says when earlier changes are left out', () => {
    const change = { credit: 1, n: 1, change: 'recorded', usesDelta: 1, reservedDelta: 0, atMs: 0 }
    const changes = Array.from({ length: historyPage.changes }, () => change)
    expect(historyReply({ credits: [], changes: changes as never })).toMatchObject({
      truncated: true,
    })
  })
})

describe('the sessions of a user', () => {
  const read = async () => {
    const answer = await server.ask<SessionsReply>(`GET /v1/users/${openId}/sessions`)
    expect(answer.status).toBe(200)
    expectShape(sessionSchemas.sessionsReply, answer.body)
    return answer
  }

  it('tell since when and until when, and no token', async () => {
    server.clock.advance(1_000)
    const { token } = await server.phone(openId)
    const { body, text } = await read()
    const of = (ms: number) => ({
      signedInAt: at(ms),
      expiresAt: at(ms + sessionRules.lastsMs),
    })
    expect(body.sessions).toEqual([of(startMs + 1_000), of(startMs)])
    expect(text).not.toContain(token)
  })

  it('are none after their end, and after they were ended', async () => {
    server.clock.advance(sessionRules.lastsMs)
    expect((await read()).body.sessions).toEqual([])
    await server.phone(openId)
    expect((await read()).body.sessions).toHaveLength(1)
    await server.ask('DELETE /v1/sessions', { body: { openId } })
    expect((await read()).body.sessions).toEqual([])
  })
})
