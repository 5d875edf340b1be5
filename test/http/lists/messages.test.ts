import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { minute } from '../../../server/rules/time.ts'
import type { Message, MessagesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { describeOnEngines, other, walk } from './on-engines.ts'

describeOnEngines((server) => {
  let keys = 0
  const ofTemplate = { channel: 'template', templateId: template } as const
  const customer = { channel: 'customer', msgtype: 'text', text: { content: 'hi' } } as const
  async function send(body: object = ofTemplate, appId = app.appId): Promise<Message> {
    const sent = await server.ask<Message>(`POST /v1/messages?appId=${appId}`, {
      body: { openId: 'alice-0001', ...body },
      headers: { 'Idempotency-Key': `list-key-${(keys += 1)}` },
    })
    expect(sent.status).toBe(201)
    return sent.body
  }
  async function sendMany(count: number, openId = 'alice-0001'): Promise<string[]> {
    const ids: string[] = []
    for (let n = 0; n < count; n++) {
      ids.unshift((await send({ ...ofTemplate, openId })).id)
      if (n % 2 === 1) server.clock.advance(1)
    }
    return ids
  }
  async function page(query = '', appId = app.appId): Promise<MessagesReply> {
    const answer = await server.ask<MessagesReply>(`GET /v1/messages?appId=${appId}${query}`)
    expect(answer).toMatchObject({ status: 200 })
    expectShape(schemas.messagesReply, answer.body)
    return answer.body
  }
  const ids = async (query = '', appId?: string) =>
    (await page(query, appId)).messages.map(({ id }) => id)
  const pages = (query: string) => async (cursor?: string) => {
    const { messages, ...next } = await page(`${query}${cursor ? `&cursor=${cursor}` : ''}`)
    return { rows: messages.map(({ id }) => id), ...next }
  }

  describe('the list of messages', () => {
    it('has each message as its own reply has it, newest first', async () => {
      const first = await send()
      server.clock.advance(1)
      const second = await send(customer)
      expect((await page()).messages).toEqual([second, first])
    })

    it('has nothing of another app', async () => {
      await send()
      const there = await send(ofTemplate, other.appId)
      expect(await ids('', other.appId)).toEqual([there.id])
      expect(await ids('&openId=alice-0001', other.appId)).toEqual([there.id])
    })

    it('is filtered by user, state, reason, template and channel', async () => {
      const alice = await server.phone('alice-0001')
      await alice.postEvents({
        type: 'form.submitted',
        formId: await alice.submitForm(),
        page: 'a',
      })
      const sent = await send()
      const refused = await send()
      const bobs = await send({ ...ofTemplate, openId: 'bob-0001', templateId: 'unknown-one' })
      const text = await send(customer)
      const sorted = async (query: string) => (await ids(query)).sort()
      const all = (...messages: Message[]) => messages.map(({ id }) => id).sort()
      expect(await sorted('&openId=bob-0001')).toEqual(all(bobs))
      expect(await sorted('&state=sent')).toEqual(all(sent))
      expect(await sorted('&state=refused')).toEqual(all(refused, bobs, text))
      expect(await sorted('&state=queued')).toEqual([])
      expect(await sorted('&reason=no_credit')).toEqual(all(refused, bobs, text))
      expect(await sorted('&reason=quota')).toEqual([])
      expect(await sorted(`&templateId=${template}`)).toEqual(all(sent, refused))
      expect(await sorted('&channel=customer')).toEqual(all(text))
      expect(await sorted('&openId=alice-0001&state=refused&channel=template')).toEqual(
        all(refused),
      )
      expect(await sorted('&openId=nobody-0001')).toEqual([])
    })

    it('has queued messages that wait for WeChat', async () => {
      const alice = await server.phone('alice-0001')
      await alice.postEvents({
        type: 'form.submitted',
        formId: await alice.submitForm(),
        page: 'a',
      })
      const path = '/cgi-bin/message/wxopen/template/send'
      const fault = { path, times: 1, when: 'before', errcode: -1 }
      await server.sandbox('POST /sandbox/faults', { body: fault })
      const { body } = await server.ask<Message>(`POST /v1/messages?appId=${app.appId}`, {
        body: { openId: 'alice-0001', ...ofTemplate },
        headers: { 'Idempotency-Key': 'queued', Prefer: 'respond-async' },
      })
      await send(customer)
      expect(await ids('&state=queued')).toEqual([body.id])
    })

    it('is filtered by time, from `since` on and before `until`', async () => {
      const sent: string[] = []
      for (let n = 0; n < 3; n++) {
        sent.push((await send()).id)
        server.clock.advance(minute)
      }
      const at = (n: number) => new Date(startMs + n * minute).toISOString()
      expect(await ids(`&since=${at(1)}`)).toEqual([sent[2], sent[1]])
      expect(await ids(`&until=${at(1)}`)).toEqual([sent[0]])
      expect(await ids(`&since=${at(1)}&until=${at(2)}&openId=alice-0001`)).toEqual([sent[1]])
    })

    it.each(['', '&openId=alice-0001'])(
      'leads through all pages, each message once, while others are sent (%s)',
      async (filter) => {
        const before = await sendMany(7)
        const seen = await walk(pages(`&limit=2${filter}`), () => sendMany(3))
        expect(seen.sort()).toEqual(before.sort())
      },
    )

    it('begins anew at a cursor that is not one of its own', async () => {
      const { id } = await send()
      const foreign = Buffer.from('1.2').toString('base64url')
      for (const cursor of ['nonsense', foreign])
        expect(await ids(`&cursor=${cursor}`)).toEqual([id])
    })

    it.each(['limit=0', 'limit=201', 'state=sending', 'reason=none', 'since=today', 'page=2'])(
      'refuses the query %s and names the field',
      async (query) => {
        const answer = await server.ask(`GET /v1/messages?appId=${app.appId}&${query}`)
        expectProblem(answer, 400, 'invalid_query', `query/${query.split('=')[0]}`)
      },
    )
  })
})
