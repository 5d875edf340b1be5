import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/credits.ts'
import { day, minute } from '../../../server/rules/time.ts'
import type { CreditHolder, UsersReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { template } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { describeOnEngines, other, walk } from './on-engines.ts'

const until = (ms: number) => new Date(ms).toISOString()

describeOnEngines((server) => {
  async function pay(openId: string, appId = app.appId): Promise<void> {
    const body = { openId, appId }
    await server.sandbox('POST /sandbox/users', { body })
    const paid = await server.sandbox<{ prepayId: string }>('POST /sandbox/prepay-ids', { body })
    const { prepayId } = paid.body
    await server.ask(`POST /v1/credits/payment?appId=${appId}`, { body: { openId, prepayId } })
  }
  async function accept(openId: string, ...templateIds: string[]): Promise<void> {
    const phone = await server.phone(openId)
    const answers = Object.fromEntries(templateIds.map((id) => [id, 'accept']))
    await phone.postEvents({ type: 'subscription.answered', answers })
  }
  async function page(query: string, appId = app.appId): Promise<UsersReply> {
    const answer = await server.ask<UsersReply>(`GET /v1/users?appId=${appId}${query}`)
    expect(answer).toMatchObject({ status: 200 })
    expectShape(schemas.usersReply, answer.body)
    return answer.body
  }
  async function holders(query: string, appId?: string): Promise<CreditHolder[]> {
    const { users } = await page(query, appId)
    return users.sort((a, b) => (a.openId < b.openId ? -1 : 1))
  }

  describe('the users who hold credits', () => {
    it('of a kind: how many uses each, and until when', async () => {
      await pay('ada-0001')
      server.clock.advance(minute)
      await pay('ada-0001')
      await pay('bob-0001')
      await accept('cyd-0001', 'T1')
      const end = until(startMs + minute + 7 * day)
      expect(await holders('&kind=payment')).toEqual([
        { openId: 'ada-0001', uses: 6, until: end },
        { openId: 'bob-0001', uses: 3, until: end },
      ])
      expect(await holders('&kind=form')).toEqual([])
      expect((await holders('')).map(({ openId }) => openId)).toEqual([
        'ada-0001',
        'bob-0001',
        'cyd-0001',
      ])
    })

    it('for a template', async () => {
      await accept('ada-0001', 'T1', 'T2')
      await accept('ada-0001', 'T1')
      await accept('bob-0001', 'T2')
      expect(await holders('&templateId=T1')).toEqual([{ openId: 'ada-0001', uses: 2 }])
      expect(await holders('&templateId=T2&kind=subscription')).toEqual([
        { openId: 'ada-0001', uses: 1 },
        { openId: 'bob-0001', uses: 1 },
      ])
      expect(await holders('&templateId=T2&kind=form')).toEqual([])
      expect(await holders('&kind=subscription')).toEqual([
        { openId: 'ada-0001', uses: 3 },
        { openId: 'bob-0001', uses: 1 },
      ])
    })

    it('begin with the user who became known last', async () => {
      const ids = ['cyd-0001', 'ada-0001', 'dan-0001', 'bob-0001']
      for (const openId of ids) {
        await pay(openId)
        await accept(openId, 'T1')
      }
      await pay('cyd-0001')
      for (const query of ['&kind=payment', '&templateId=T1', '']) {
        const { users } = await page(query)
        expect(users.map(({ openId }) => openId)).toEqual(ids.toReversed())
      }
    })

    it('are those of one app', async () => {
      await pay('ada-0001')
      await pay('bob-0001', other.appId)
      expect(await holders('&kind=payment', other.appId)).toMatchObject([{ openId: 'bob-0001' }])
    })

    it('are none whose credits are spent or over', async () => {
      await pay('ada-0001')
      await pay('bob-0001')
      for (const key of ['one', 'two', 'three']) {
        await server.ask(`POST /v1/messages?appId=${app.appId}`, {
          body: { channel: 'template', openId: 'ada-0001', templateId: template },
          headers: { 'Idempotency-Key': `spend-${key}` },
        })
      }
      server.clock.advance(7 * day - minute - 1)
      expect(await holders('&kind=payment')).toMatchObject([{ openId: 'bob-0001' }])
      server.clock.advance(1)
      expect(await holders('&kind=payment')).toEqual([])
    })

    it.each(['&kind=payment', '&templateId=T1'])(
      'fill pages that have each user once, while others pay and accept (%s)',
      async (query) => {
        const ids = ['ada', 'bob', 'cyd', 'dan', 'eve'].map((name) => `${name}-0001`)
        for (const openId of ids) {
          await pay(openId)
          await accept(openId, 'T1')
        }
        let later = 0
        const seen = await walk(
          async (cursor) => {
            const { users, ...next } = await page(
              `${query}&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
            )
            return { rows: users.map(({ openId }) => openId), ...next }
          },
          async () => {
            const openId = `zoe-000${(later += 1)}`
            await pay(openId)
            await accept(openId, 'T1')
          },
        )
        expect(seen.filter((openId) => ids.includes(openId)).sort()).toEqual(ids)
        expect(new Set(seen).size).toBe(seen.length)
      },
    )

    it('are listed anew at a cursor that is not one of theirs', async () => {
      await pay('ada-0001')
      const foreign = Buffer.from('1.2.3').toString('base64url')
      for (const cursor of ['nonsense', foreign]) {
        expect(await holders(`&cursor=${cursor}`)).toMatchObject([{ openId: 'ada-0001' }])
      }
    })

    it.each(['kind=gift', 'templateId=', 'limit=0', 'openId=ada'])(
      'are not listed for the query %s, and the field is named',
      async (query) => {
        const answer = await server.ask(`GET /v1/users?appId=${app.appId}&${query}`)
        expectProblem(answer, 400, 'invalid_query', `query/${query.split('=')[0]}`)
      },
    )
  })
})
