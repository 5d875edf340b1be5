import { beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { sendRules } from '../../../server/rules/sending.ts'
import { day, minute, second } from '../../../server/rules/time.ts'
import type { Message } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startPushes, user } from '../../support/server/start-pushes.ts'
import { usePhone, usePushes } from '../../support/server/use-reach.ts'

const path = '/cgi-bin/message/subscribe/send'
const server = usePushes({ edition: '2026' })
const alice = usePhone(server, user)
const data = { thing1: { value: '咖啡' } }

beforeEach(async () => {
  const keywords = [{ name: '商品', example: '咖啡' }]
  await server.control('templates', { templateId: 'once', title: '订单', keywords, type: 2 })
  await server.control('templates', { templateId: 'long', title: '公交', keywords, type: 3 })
})

const answer = (word: string, template = 'once', where = 'panel', at = server) =>
  at.control('subscriptions', { openId: user, templateId: template, answer: word, where })
/** Pushes about one template within the same second count as one push. */
async function acceptTimes(times: number, at = server) {
  for (let time = 0; time < times; time++) {
    await answer('accept', 'once', 'panel', at)
    at.clock.advance(second)
  }
}
const tell = (word = 'accept', template = 'once') =>
  alice.postEvents({ type: 'subscription.answered', answers: { [template]: word } })
const send = (change: object = {}) =>
  server.send({ channel: 'subscribe', templateId: 'once', data, ...change })
const uses = async () => (await server.credits()).canReceive.subscribe
const find = async (id: string) => (await server.ask<Message>(`GET /v1/messages/${id}`)).body

describe('a consent', () => {
  it('that phone and push both report is one credit', async () => {
    await answer('accept')
    expect(await tell()).toMatchObject([{ status: 'accepted' }])
    expect(await uses()).toEqual({ once: 1 })
    await tell()
    await answer('accept')
    expect(await uses()).toEqual({ once: 2 })
  })

  it('is not removed by another answer, but by the settings', async () => {
    await answer('accept')
    await answer('reject')
    await tell('reject')
    expect(await uses()).toEqual({ once: 1 })
    server.clock.advance(minute)
    await answer('reject', 'once', 'settings')
    expect(await uses()).toEqual({})
  })

  it.each(['push', 'phone'])(
    'to a long-term template has no count, reported by the %s',
    async (by) => {
      if (by === 'push') await answer('accept', 'long')
      else await tell('accept', 'long')
      expect(await uses()).toEqual({ long: null })
      const { credits } = await server.credits()
      expect(credits).toMatchObject([{ kind: 'subscription', templateId: 'long' }])
      expect(credits[0]).not.toHaveProperty('usesLeft')
      if (by === 'phone') await answer('accept', 'long')
      for (const _ of [1, 2, 3]) {
        expect((await send({ templateId: 'long' })).body.state).toBe('sent')
      }
      expect(await uses()).toEqual({ long: null })
    },
  )
})

describe('a subscribe message', () => {
  it('is sent for one consent to its template, with every field', async () => {
    await answer('accept')
    const change = { page: 'pages/index/index?a=1', miniprogramState: 'trial', lang: 'en_US' }
    const { status, body } = await send(change)
    expect([status, body.state, body.templateId]).toEqual([201, 'sent', 'once'])
    expectShape(schemas.message, body)
    const { messages } = (
      await server.sandbox<{ messages: object[] }>(`GET /sandbox/inbox/${user}`)
    ).body
    expect(messages).toMatchObject([
      {
        kind: 'subscribe',
        body: {
          touser: user,
          template_id: 'once',
          page: 'pages/index/index?a=1',
          data,
          miniprogram_state: 'trial',
          lang: 'en_US',
        },
      },
    ])
    expect((await send()).body).toMatchObject({ state: 'refused', reason: { code: 'no_credit' } })
  })

  it.each([43101, 43107])('ends all uses of its template when WeChat says %d', async (errcode) => {
    await acceptTimes(3)
    await answer('accept', 'long')
    expect(await uses()).toEqual({ once: 3, long: null })
    await server.control('faults', { path, times: 1, when: 'before', errcode })
    expect((await send()).body).toMatchObject({
      state: 'refused',
      attempts: 1,
      reason: { code: 'credits_rejected', wechat: { errcode } },
    })
    expect(await uses()).toEqual({ long: null })
  })

  it('keeps its credit after 47003', async () => {
    await answer('accept')
    await server.control('faults', { path, times: 1, when: 'before', errcode: 47003 })
    expect((await send()).body.state).toBe('refused')
    expect(await uses()).toEqual({ once: 1 })
  })

  it('is tried again after 43108, and its credit is given back meanwhile', async () => {
    await answer('accept')
    await server.control('faults', { path, times: 1, when: 'before', errcode: 43108 })
    const answering = send()
    await server.monotonic.waitedFor(sendRules.answerWithinMs)
    for (let look = 0; look < 100 && (await uses()).once !== 1; look += 1);
    expect(await uses()).toEqual({ once: 1 })
    server.monotonic.advance(sendRules.answerWithinMs)
    const { status, body } = await answering
    expect([status, body.state]).toEqual([202, 'queued'])
  })

  it.each([
    [{ thing1: { value: '二十个字以内'.repeat(4) } }, '/data/thing1/value'],
    [{ thing1: { value: '' } }, '/data/thing1/value'],
    [{ keyword1: { value: 'a' }, '1': { value: 'a' } }, '/data/1'],
    [{ phrase2: { value: 'letters' } }, '/data/phrase2/value'],
  ])(
    'that WeChat would refuse is refused with the field, for no credit: %j',
    async (bad, field) => {
      await answer('accept')
      expectProblem((await send({ data: bad })) as never, 400, 'invalid_body', field)
      expect(await uses()).toEqual({ once: 1 })
    },
  )

  it('whose reply was lost is settled by the push event of its outcome', async () => {
    await answer('accept')
    await server.control('faults', { path, times: 1, when: 'after', hangUp: true })
    const { body } = await send()
    for (let tries = 0; tries < 50 && (await find(body.id)).state !== 'sent'; tries++) {
      await new Promise(setImmediate)
    }
    expect(await find(body.id)).toMatchObject({ state: 'sent', attempts: 1 })
    expect(await uses()).toEqual({})
  })

  it('is refused in the edition 2018', async () => {
    await answer('accept')
    server.reach.apps.setEdition('wx0123456789abcdef', '2018')
    expect((await send()).body).toMatchObject({
      state: 'refused',
      reason: { code: 'not_in_edition' },
    })
    expect(await uses()).toEqual({})
    expect((await server.credits()).credits).toMatchObject([{ usesLeft: 1 }])
  })

  it('counts towards the daily limit, whose refusal costs no credit', async () => {
    const limited = await startPushes({ edition: '2026', settings: { limitPerUserDay: 1 } })
    await limited.control('templates', { templateId: 'once', keywords: ['商品'], type: 2 })
    const limitedSend = () => limited.send({ channel: 'subscribe', templateId: 'once', data })
    await acceptTimes(2, limited)
    expect((await limitedSend()).body.state).toBe('sent')
    expect((await limitedSend()).body).toMatchObject({
      state: 'refused',
      attempts: 0,
      reason: { code: 'user_limit' },
    })
    expect((await limited.credits()).canReceive.subscribe).toEqual({ once: 1 })
    limited.clock.advance(day)
    expect((await limitedSend()).body.state).toBe('sent')
    await limited.close()
  })
})
