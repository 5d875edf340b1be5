import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { CreditsReply } from '../../../shared/wire/index.ts'
import { newId } from '../../support/server/phone.ts'
import type { Phone } from '../../support/server/phone.ts'
import { day } from '../../../server/rules/time.ts'
import { startMs, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
let alice: Phone
beforeEach(async () => {
  server = await startReach()
  alice = await server.phone('alice-0001')
})
afterEach(() => server.close())

describe('the age of an event', () => {
  const ageOf = async (at: number, sentAt: number) => {
    const form = { type: 'form.submitted', formId: 'f-1', page: 'a' }
    const events = [{ id: newId(), at, ...form }]
    const { results } = (await alice.post({ sentAt, events })).body
    const [credit] = (await server.ask<CreditsReply>('GET /v1/users/alice-0001/credits')).body
      .credits
    const endsMs = credit && Date.parse(credit.expiresAt!)
    return { ...results[0], ageMs: endsMs && startMs + 7 * day - endsMs }
  }

  it.each([
    ['is what the phone says, whatever its clock', 1_000, 6_000, 5_000],
    ['is none when the phone says tomorrow', startMs + day, startMs, 0],
    ['is none for a phone that lies by an age', 10 ** 300, 0, 0],
  ])('%s', async (_, at, sentAt, ageMs) => {
    expect(await ageOf(at, sentAt)).toMatchObject({ status: 'accepted', ageMs })
  })

  it.each([7, 29, 10 ** 6])('of %d days is over: the form is expired', async (days) => {
    expect(await ageOf(0, days * day)).toMatchObject({ status: 'rejected', reason: 'expired' })
  })

  it('is never believed beyond 30 days', async () => {
    const opened = { id: newId(), at: 0, type: 'share.opened', shareId: 'share-0001', scene: 1044 }
    const group = await alice.groupData('family')
    const events = [{ ...opened, page: 'a', group }]
    const { results } = (await alice.post({ sentAt: 10 ** 15, events })).body
    const { body } = await server.ask<{ arrivals: object[] }>(`GET /v1/groups/${group.openGId}`)
    expect(results).toMatchObject([{ status: 'accepted' }])
    expect(body.arrivals).toMatchObject([{ at: new Date(startMs - 30 * day).toISOString() }])
  })
})
