/** How many messages there are. */
import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/messages.ts'
import { sumMessages } from '../../../server/ledger/message-sums.ts'
import { messageSums } from '../../../server/rules/requests.ts'
import type { Message, MessagesSummaryReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const server = useReach()
const alice = usePhone(server)

let keys = 0
const send = async (body: object = {}) => {
  const { status } = await server.ask<Message>('POST /v1/messages', {
    body: { openId: 'alice-0001', channel: 'template', templateId: template, ...body },
    headers: { 'Idempotency-Key': `summary-${(keys += 1)}` },
  })
  expect(status).toBe(201)
}
const summary = async (query = '') => {
  const { status, body } = await server.ask<MessagesSummaryReply>(
    `GET /v1/messages/summary${query}`,
  )
  expect(status).toBe(200)
  expectShape(schemas.messagesSummaryReply, body)
  return body
}

async function sendAll(): Promise<void> {
  const body = { openId: 'alice-0001', prepayId: await alice.pay() }
  await server.ask('POST /v1/credits/payment', { body })
  const template42 = { templateId: 'T42' }
  await send()
  await send(template42)
  await server.sandbox('POST /sandbox/faults', {
    body: { path: '/cgi-bin/message/wxopen/template/send', errcode: 48001, times: 1 },
  })
  await send()
  await send({ openId: 'nobody-001' })
  await send({ openId: 'nobody-001' })
}

describe('the summary of messages', () => {
  it('counts them by state, reason, channel and template, the most first', async () => {
    await sendAll()
    const { groups, count, since } = await summary()
    const ofTemplate = { channel: 'template', templateId: template }
    expect(since).toBe(new Date(startMs - messageSums.spanMs).toISOString())
    expect(count).toBe(5)
    expect(groups.map(({ count: of }) => of)).toEqual([3, 1, 1])
    expect(groups).toEqual(
      expect.arrayContaining([
        { ...ofTemplate, state: 'sent', count: 1 },
        {
          ...ofTemplate,
          templateId: 'T42',
          state: 'refused',
          reason: 'template_unknown',
          wechat: { errcode: 40037, meaning: 'template_unknown' },
          count: 1,
        },
        {
          ...ofTemplate,
          state: 'refused',
          reason: 'channel_shut',
          wechat: { errcode: 48001, meaning: 'api_forbidden' },
          count: 3,
        },
      ]),
    )
  })

  it('takes the filters of the list', async () => {
    await sendAll()
    const countOf = async (query: string) => (await summary(query)).count
    expect(await countOf('?state=sent')).toBe(1)
    expect(await countOf('?openId=nobody-001')).toBe(2)
    expect(await countOf('?templateId=T42')).toBe(1)
    expect(await countOf('?channel=customer')).toBe(0)
    expect(await countOf('?reason=template_unknown&state=refused')).toBe(1)
    expect(await countOf(`?until=${new Date(startMs).toISOString()}`)).toBe(0)
    expectProblem(await server.ask('GET /v1/messages/summary?limit=5'), 400, 'invalid_query')
  })

  it('is of the last day, unless the query says since when', async () => {
    await sendAll()
    server.clock.advance(messageSums.spanMs + 1)
    expect((await summary()).count).toBe(0)
    expect((await summary(`?since=${new Date(startMs).toISOString()}`)).count).toBe(5)
  })
})

describe('a sum of many messages', () => {
  const step = { sums: [{ state: 'sent', channel: 'template', count: 7 }], cursor: 'next' } as const
  const asked: (string | undefined)[] = []
  const store = {
    sumMessages: async (_appId: string, { cursor }: { cursor?: string }) => {
      asked.push(cursor)
      return { ...step, sums: [...step.sums] }
    },
  }

  it('ends after some steps, with a cursor that leads on', async () => {
    const world = { monotonic: { now: () => 0 } }
    const summed = await sumMessages({ store, world } as never, 'wx', {})
    expect(summed).toMatchObject({ count: 7 * messageSums.maxSteps, cursor: 'next' })
    expect(asked.slice(0, 3)).toEqual([undefined, 'next', 'next'])
  })

  it('ends after its time', async () => {
    let nowMs = 0
    const world = { monotonic: { now: () => (nowMs += messageSums.withinMs) } }
    const summed = await sumMessages({ store, world } as never, 'wx', {})
    expect(summed).toMatchObject({ count: 7, cursor: 'next' })
  })

  it('has groups without a template beyond the most', async () => {
    const sums = Array.from({ length: 500 }, (_, n) => ({ ...step.sums[0], templateId: `T${n}` }))
    const many = { sumMessages: async () => ({ sums }) }
    const world = { monotonic: { now: () => 0 } }
    const { groups, count } = await sumMessages({ store: many, world } as never, 'wx', {})
    expect(count).toBe(500 * 7)
    expect(groups).toHaveLength(messageSums.maxGroups + 1)
    expect(groups[0]).toEqual({ ...step.sums[0], count: (500 - messageSums.maxGroups) * 7 })
  })
})
