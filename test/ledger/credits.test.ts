import { describe, expect, it } from '@jest/globals'
import { creditsReply, newCredit } from '../../server/ledger/record.ts'
import type { ChannelSuspension, CreditId, CreditRow, NewCredit } from '../../server/store/store.ts'

const nowMs = Date.UTC(2026, 0, 2)
const minute = 60_000
const day = 24 * 60 * minute

const row = ({ kind, ref, uses, endsAtMs, usableUntilMs }: NewCredit, reserved = 0): CreditRow => ({
  id: 7 as CreditId,
  kind,
  ref,
  usesLeft: uses === null ? null : uses - reserved,
  reserved,
  endsAtMs,
  usableUntilMs,
  belowMinimumVersion: false,
  tags: [],
})
const form = row(newCredit('form', 'f1', nowMs, '2018'))
const payment = row(newCredit('payment', 'p1', nowMs - day, '2018'))
const iso = (ms: number) => new Date(ms).toISOString()

describe('a new credit', () => {
  it('of a form lasts seven days; the ledger stops using it a minute earlier', () => {
    expect(newCredit('form', 'f1', nowMs, '2018')).toEqual({
      kind: 'form',
      ref: 'f1',
      uses: 1,
      endsAtMs: nowMs + 7 * day,
      usableUntilMs: nowMs + 7 * day - minute,
      keepLive: 200,
    })
  })

  it('of a short life keeps a margin of a twentieth', () => {
    const { endsAtMs, usableUntilMs } = newCredit('entered', 'x', nowMs, '2026')
    expect([endsAtMs, usableUntilMs]).toEqual([nowMs + minute, nowMs + 57_000])
  })

  it('takes the uses of its edition', () => {
    expect(newCredit('entered', 'x', nowMs, '2018').uses).toBe(1)
    expect(newCredit('entered', 'x', nowMs, '2026').uses).toBe(2)
    expect(newCredit('payment', 'x', nowMs, '2018').uses).toBe(3)
  })

  it('of a subscription never ends and adds up', () => {
    const made = newCredit('subscription', 'T', nowMs, '2026')
    expect(made).toMatchObject({ endsAtMs: null, usableUntilMs: null, addsUp: true })
  })
})

describe('what can be sent to a user', () => {
  const at = { edition: '2018' as const, suspensions: [], nowMs }

  it('is nothing for an unknown user', () => {
    expect(creditsReply([], at)).toEqual({
      credits: [],
      canReceive: { template: { uses: 0 }, subscribe: {}, customer: { uses: 0 } },
    })
  })

  it('adds up the template credits until the furthest end', () => {
    const { credits, canReceive } = creditsReply([payment, form], at)
    expect(canReceive.template).toEqual({ uses: 4, until: iso(nowMs + 7 * day) })
    expect(credits[0]).toEqual({
      id: '7',
      kind: 'payment',
      channel: 'template',
      usesLeft: 3,
      expiresAt: iso(nowMs + 6 * day),
    })
  })

  it('leaves out uses that messages have reserved', () => {
    const reserved = row(newCredit('form', 'f1', nowMs, '2018'), 1)
    expect(creditsReply([reserved], at)).toMatchObject({
      credits: [],
      canReceive: { template: { uses: 0 } },
    })
  })

  it('says that template messages are retired, and counts subscriptions by template', () => {
    const subscription = row(newCredit('subscription', 'T', nowMs, '2026'))
    const { canReceive } = creditsReply([form, subscription], { ...at, edition: '2026' })
    expect(canReceive.template).toEqual({ uses: 0, refused: 'retired' })
    expect(canReceive.subscribe).toEqual({ T: 1 })
  })

  it('names a suspended channel, and ignores a pause that has ended', () => {
    const shut: ChannelSuspension = {
      appId: 'wx1',
      channel: 'template',
      kind: 'shut',
      untilMs: null,
      reason: { code: 'channel_shut', detail: '' },
      atMs: nowMs,
    }
    const canReceive = (suspension: ChannelSuspension) =>
      creditsReply([form], { ...at, suspensions: [suspension] }).canReceive
    expect(canReceive(shut).template).toEqual({ uses: 0, refused: 'channel_shut' })
    const ended: ChannelSuspension = { ...shut, kind: 'pause', untilMs: nowMs }
    expect(canReceive(ended).template.uses).toBe(1)
  })
})
