import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/broadcast-results.ts'
import { hour, minute } from '../../../server/rules/time.ts'
import type { Broadcast, BroadcastResultsReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

describe('the results of a broadcast', () => {
  const server = useReach()
  const alice = usePhone(server)
  const results = async (id: string, query = '') => {
    const answer = await server.ask<BroadcastResultsReply>(
      `GET /v1/broadcasts/${id}/results${query}`,
    )
    expect(answer.status).toBe(200)
    expectShape(schemas.resultsReply, answer.body)
    return answer.body
  }
  async function over(rest: object, part: string): Promise<string> {
    const { body } = await server.ask<Broadcast>('POST /v1/broadcasts', {
      body: { channel: 'template', templateId: template, audience: { from: 'list' }, ...rest },
      headers: { 'Idempotency-Key': '1' },
    })
    await server.ask(`POST /v1/broadcasts/${body.id}/recipients`, { body: Buffer.from(part) })
    await server.ask(`POST /v1/broadcasts/${body.id}/start`)
    server.reach.start()
    for (let look = 0; look < 200; look += 1) {
      const { body: now } = await server.ask<Broadcast>(`GET /v1/broadcasts/${body.id}`)
      if (now.state === 'done') return body.id
      server.monotonic.advance(minute)
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('The broadcast does not end.')
  }

  it('are its sums, and the same by hour and by day of Asia/Shanghai', async () => {
    await alice.earnForm()
    const id = await over(
      { page: 'pages/index/index' },
      '{"openId":"alice-0001"}\n{"openId":"bobby-0001"}',
    )
    const notice = { type: 'share.opened', scene: 1014, page: 'pages/index/index' } as const
    await alice.postEvents({ ...notice, shareId: id.slice('bc_'.length) })
    await alice.earnForm()
    const none = { unknown: 0, delivered: 0, undelivered: 0 }
    const totals = { sent: 1, refused: 1, opened: 1, renewed: 1, ...none }
    const hourMs = startMs - (startMs % hour)
    expect(await results(id)).toEqual({
      id,
      counts: { recipients: 2, waiting: 0, sent: 1, refused: 1, unknown: 0, heldOut: 0 },
      reasons: [{ state: 'refused', reason: 'no_credit', count: 1 }],
      totals,
      by: 'hour',
      buckets: [{ at: new Date(hourMs).toISOString(), ...totals }],
    })
    const [day] = (await results(id, '?by=day')).buckets
    const { at, ...sums } = day!
    expect(sums).toEqual(totals)
    expect(at).toMatch(/T16:00:00.000Z$/)
    expect(startMs - Date.parse(at)).toBeLessThan(24 * hour)
    const { body } = await server.ask<{ recipients: object[] }>(
      `GET /v1/broadcasts/${id}/recipients?state=sent`,
    )
    const times = { openedAt: expect.any(String), renewedAt: expect.any(String) }
    expect(body.recipients).toMatchObject([{ openId: 'alice-0001', ...times }])
  })

  it('are CSV, as are the recipients, page after page', async () => {
    const lines = Array.from({ length: 250 }, (_, n) => `{"openId":"-user-${1000 + n}"}`)
    const id = await over({}, lines.join('\n'))
    const csv = async (path: string) => {
      const { status, headers, text } = await server.ask(`GET /v1/broadcasts/${id}/${path}`)
      expect([status, headers.get('Content-Type')]).toEqual([200, 'text/csv; charset=utf-8'])
      return text.split('\r\n')
    }
    const at = new Date(startMs - (startMs % hour)).toISOString()
    expect(await csv('results?format=csv')).toEqual([
      'at,sent,refused,unknown,delivered,undelivered,opened,renewed',
      `${at},0,250,0,0,0,0,0`,
      '',
    ])
    const [names, ...rows] = await csv('recipients?format=csv&state=refused')
    expect(names).toBe('openId,state,reason,messageId,openedAt,renewedAt')
    const users = new Set(rows.map((row) => row.split(',')[0]))
    expect([rows.length, users.size, rows.at(-1)]).toEqual([251, 251, ''])
    expect(users).toContain("'-user-1249")
    expect(await csv('recipients?format=csv&state=sent')).toEqual([names, ''])
    const other = await server.ask(`GET /v1/broadcasts/${id}/results?format=xls`)
    expectProblem(other, 400, 'invalid_query')
  })

  it('compare who was held out', async () => {
    const users = Array.from({ length: 30 }, (_, n) => `{"openId":"holder-${1000 + n}"}`)
    const id = await over({ holdout: 50 }, users.join('\n'))
    const { compared, counts } = await results(id)
    expect(counts.heldOut).toBeGreaterThan(0)
    // Nobody held a right: those who were refused were not sent to, and are not compared.
    expect(compared).toEqual({
      heldOut: { users: counts.heldOut, active: 0 },
      sent: { users: 0, active: 0 },
    })
  })

  it('compare those who were active among the held out and the others', async () => {
    const phones = await Promise.all(
      Array.from({ length: 18 }, async (_, n) => {
        const openId = `holder-${1000 + n}`
        const phone = await server.phone(openId)
        await phone.earnForm()
        return { openId, phone }
      }),
    )
    server.clock.advance(minute)
    const lines = phones.map(({ openId }) => JSON.stringify({ openId }))
    const id = await over({ holdout: 50 }, lines.join('\n'))
    const { body } = await server.ask<{ recipients: { openId: string }[] }>(
      `GET /v1/broadcasts/${id}/recipients?state=heldOut`,
    )
    const heldOut = new Set(body.recipients.map(({ openId }) => openId))
    const others = phones.length - heldOut.size
    // By chance nobody is held out, or everybody is: once in 131,072 runs.
    expect([heldOut.size > 0, others > 0]).toEqual([true, true])
    expect((await results(id)).compared).toEqual({
      heldOut: { users: heldOut.size, active: 0 },
      sent: { users: others, active: 0 },
    })
    server.clock.advance(minute)
    const [absent] = heldOut
    for (const { openId, phone } of phones) {
      if (openId === absent) continue
      expect(await phone.earnForm()).toMatchObject([{ status: 'accepted' }])
    }
    expect((await results(id)).compared).toEqual({
      heldOut: { users: heldOut.size, active: heldOut.size - 1 },
      sent: { users: others, active: others },
    })
    server.clock.advance(7 * 24 * hour)
    await phones.find(({ openId }) => openId === absent)!.phone.earnForm()
    expect((await results(id)).compared?.heldOut.active).toBe(heldOut.size - 1)
  })

  it('are of the own app, by hour or day', async () => {
    const unknown = await server.ask('GET /v1/broadcasts/bc_none/results')
    expectProblem(unknown, 404, 'not_found')
    const id = await over({}, '{"openId":"alice-0001"}')
    const bad = await server.ask(`GET /v1/broadcasts/${id}/results?by=week`)
    expectProblem(bad, 400, 'invalid_query')
  })

  it('are a function of the client', async () => {
    const id = await over({}, '{"openId":"alice-0001"}')
    const { totals, by } = await server.reach.app().broadcasts.results(id, { by: 'day' })
    expect([totals.refused, by]).toEqual([1, 'day'])
  })
})
