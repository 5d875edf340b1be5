import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/credits.ts'
import { summaryRules } from '../../../server/rules/requests.ts'
import { day, hour } from '../../../server/rules/time.ts'
import type { CreditsSummaryReply } from '../../../shared/wire/index.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { describeOnEngines, other } from './on-engines.ts'

describeOnEngines((server) => {
  async function summary(appId = app.appId): Promise<CreditsSummaryReply> {
    const path = `GET /v1/credits/summary?appId=${appId}`
    const answer = await server.ask<CreditsSummaryReply>(path)
    expect(answer).toMatchObject({ status: 200 })
    expectShape(schemas.creditsSummaryReply, answer.body)
    return answer.body
  }
  const pay = (openId: string, prepayId: string, appId = app.appId) =>
    server.ask(`POST /v1/credits/payment?appId=${appId}`, { body: { openId, prepayId } })

  const hourOf = (sinceStartMs: number) =>
    new Date(Math.floor((startMs + sinceStartMs) / hour) * hour).toISOString()

  describe('the summary of credits', () => {
    it('has users, uses and ends of each kind and template, and by day', async () => {
      await pay('ada-0001', 'p1')
      await pay('ada-0001', 'p2')
      server.clock.advance(6 * day)
      await pay('bob-0001', 'p3')
      const ada = await server.phone('ada-0001')
      const answers = { T1: 'accept', T2: 'accept' }
      await ada.postEvents({ type: 'subscription.answered', answers })
      server.clock.advance(day - hour)
      const { computedAt, credits } = await summary()
      expect(computedAt).toBe(new Date(startMs + 7 * day - hour).toISOString())
      const consent = {
        kind: 'subscription',
        users: 1,
        uses: 1,
        unlimited: 0,
        endingWithin: { hour: 0, day: 0, week: 0 },
        endingByDay: [],
        endingByHour: [],
      }
      expect(credits).toHaveLength(3)
      expect(credits).toEqual(
        expect.arrayContaining([
          {
            kind: 'payment',
            users: 2,
            uses: 9,
            unlimited: 0,
            endingWithin: { hour: 6, day: 6, week: 9 },
            endingByDay: [
              { day: '2018-06-08', uses: 6 },
              { day: '2018-06-14', uses: 3 },
            ],
            endingByHour: [
              { at: hourOf(7 * day), uses: 6 },
              { at: hourOf(13 * day), uses: 3 },
            ],
          },
          { ...consent, templateId: 'T1' },
          { ...consent, templateId: 'T2' },
        ]),
      )
    })

    it('is of one app', async () => {
      await pay('ada-0001', 'p1')
      expect((await summary(other.appId)).credits).toEqual([])
    })

    it('is computed anew after a minute, and says of when it is', async () => {
      const at = (ms: number) => new Date(startMs + ms).toISOString()
      expect(await summary()).toEqual({ computedAt: at(0), credits: [] })
      await pay('ada-0001', 'p1')
      server.clock.advance(1_000)
      expect(await summary()).toEqual({ computedAt: at(0), credits: [] })
      server.monotonic.advance(summaryRules.keptMs)
      expect(await summary()).toMatchObject({ computedAt: at(1_000), credits: [{ uses: 3 }] })
    })
  })
})
