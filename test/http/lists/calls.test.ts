import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import type { CreditsReply, Message, MessageWithCalls } from '../../../shared/wire/index.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { describeOnEngines } from './on-engines.ts'

const appId = app.appId

describeOnEngines((server) => {
  const fail = (fault: object) =>
    server.sandbox('POST /sandbox/faults', {
      body: { path: '/cgi-bin/message/wxopen/template/send', times: 1, when: 'before', ...fault },
    })
  async function pay(payments: number): Promise<string[]> {
    const alice = await server.phone('alice-0001')
    for (let n = 0; n < payments; n++) {
      const prepayId = await alice.pay()
      await alice.postEvents({ type: 'payment.made', prepayId })
      server.clock.advance(1)
    }
    const path = `GET /v1/users/alice-0001/credits?appId=${appId}`
    return (await server.ask<CreditsReply>(path)).body.credits.map(({ id }) => id)
  }
  async function send(): Promise<MessageWithCalls> {
    const sent = await server.ask<Message>(`POST /v1/messages?appId=${appId}`, {
      body: { channel: 'template', openId: 'alice-0001', templateId: template },
      headers: { 'Idempotency-Key': 'the-key' },
    })
    const path = `GET /v1/messages/${sent.body.id}?appId=${appId}`
    const { body } = await server.ask<MessageWithCalls>(path)
    expectShape(schemas.messageWithCalls, body)
    expect(body).toMatchObject(sent.body)
    return body
  }
  const tookMs = expect.any(Number)

  describe('a message tells each call', () => {
    it('that WeChat took: when, which credit, how long it took', async () => {
      const [id] = await pay(1)
      expect((await send()).calls).toEqual([
        {
          at: new Date(startMs + 1).toISOString(),
          tookMs,
          credit: { id, kind: 'payment' },
          wechat: { errcode: 0, errmsg: 'ok', meaning: 'ok' },
        },
      ])
    })

    it('that WeChat refused for its credit, and the one with the next credit', async () => {
      const [first, second] = await pay(2)
      await fail({ errcode: 41028 })
      const { calls, attempts } = await send()
      expect(attempts).toBe(2)
      expect(calls).toMatchObject([
        { credit: { id: first }, wechat: { errcode: 41028, meaning: 'form_id_invalid' } },
        { credit: { id: second }, wechat: { errcode: 0 } },
      ])
      expect(calls[0]!.wechat!.advice).toContain('must submit a form or pay again')
    })

    it('that had no reply, and why', async () => {
      const [id] = await pay(1)
      await fail({ when: 'after', status: 502 })
      const { calls, state } = await send()
      expect(state).toBe('unknown')
      expect(calls).toEqual([
        { at: expect.any(String), tookMs, credit: { id, kind: 'payment' }, failure: 'HTTP_502' },
      ])
    })

    it('and none where it had no credit', async () => {
      expect(await send()).toMatchObject({ state: 'refused', attempts: 0, calls: [] })
    })
  })
})
