import { beforeEach, expect, it } from '@jest/globals'
import type { OpenedMessage, Settle } from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, claim, day, form, message, nowMs, queued } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

type Reserved = Extract<OpenedMessage, { was: 'reserved' }>

/**
 * The original holder made a call and knows its outcome. Another holder took the message over
 * meanwhile.
 */
export function lateOutcomePromises(current: Current): void {
  const lost: MessageReason = { code: 'outcome_unknown', detail: 'lost' }
  const bad: MessageReason = { code: 'message_bad', detail: 'bad' }
  const creditsRejected: MessageReason = { code: 'credits_rejected', detail: 'bad' }
  const payment = { ...form('p1'), kind: 'payment', uses: 3 } as const

  const sent = {
    credit: { outcome: 'spent' },
    message: { state: 'sent', platformId: '7' },
  } as const
  const refused = {
    credit: { outcome: 'givenBack' },
    message: { state: 'refused', reason: bad },
  } as const
  const busy = { credit: { outcome: 'givenBack' }, message: queued(1_000) } as const
  const dead = {
    credit: { outcome: 'dead', reason: 'form_id_invalid' },
    message: { state: 'next', leaseMs: 60_000, kinds: ['payment'], ifNone: creditsRejected },
  } as const
  const unknown = {
    credit: { outcome: 'spent' },
    message: { state: 'unknown', reason: lost },
  } as const
  const again = {
    credit: { outcome: 'kept' },
    message: { state: 'again', leaseMs: 60_000 },
  } as const

  let opened: Reserved
  beforeEach(async () => {
    const { store } = current()
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: payment })
    const creditQuery = message('1', { leaseMs: 0, kinds: ['payment'] })
    opened = (await store.openMessage(creditQuery)) as Reserved
    expect(opened.was).toBe('reserved')
    expect(await store.claimMessages(claim('second'))).toHaveLength(1)
  })
  const settle = (holder: string, to: Pick<Settle, 'credit' | 'message'>, attempts = 1) =>
    current().store.settle({ id: opened.message.id, holder, attempts, nowMs, ...to })
  async function uses() {
    await expectSums(current().store, appId, 'ada')
    const [row] = await current().store.findCredits(appId, 'ada', nowMs)
    return { free: row?.usesLeft ?? 0, reserved: row?.reserved ?? 0 }
  }
  const find = () => current().store.findMessage(appId, opened.message.id)

  it.each([
    ['sent', sent, 'sent', { free: 2, reserved: 0 }],
    ['refused', refused, 'refused', { free: 3, reserved: 0 }],
    ['busy', busy, 'queued', { free: 3, reserved: 0 }],
    ['credit rejected', dead, 'refused', { free: 0, reserved: 0 }],
  ] as const)(
    'take the original holder’s report over that of a takeover: %s',
    async (_name, known, state, after) => {
      expect(await settle('first', known)).toMatchObject({ message: { state }, wasUnknown: false })
      expect(await settle('second', unknown)).toBeUndefined()
      expect(await find()).toMatchObject({ state })
      expect(await uses()).toEqual(after)
    },
  )

  it.each([
    ['sent', sent, { state: 'sent' }, { free: 2, reserved: 0 }],
    ['refused', refused, { state: 'refused', reason: bad }, { free: 3, reserved: 0 }],
    [
      'busy, and is not sent again',
      busy,
      { state: 'refused', reason: busy.message.ifUnknown },
      { free: 3, reserved: 0 },
    ],
    [
      'credit rejected, and no other is reserved',
      dead,
      { state: 'refused', reason: creditsRejected, rejectedCredits: 1 },
      { free: 0, reserved: 0 },
    ],
  ] as const)(
    'settle a message that a takeover made unknown: %s',
    async (_name, known, expected, after) => {
      expect(await settle('second', unknown)).toMatchObject({ message: { state: 'unknown' } })
      expect(await uses()).toEqual({ free: 2, reserved: 0 })
      expect(await settle('first', known)).toMatchObject({ message: expected, wasUnknown: true })
      expect(await find()).toMatchObject(expected)
      expect(await uses()).toEqual(after)
      expect(await settle('first', known)).toBeUndefined()
      expect(await settle('first', refused)).toBeUndefined()
      expect(await uses()).toEqual(after)
    },
  )

  it.each([
    ['is presented again', [again]],
    ['was presented again and is unknown', [again, unknown]],
  ] as const)('change a message only by a success where it %s', async (_name, since) => {
    for (const [n, to] of since.entries()) await settle('second', to, n + 1)
    const before = [await find(), await uses()]
    for (const known of [refused, busy, dead, unknown, again]) {
      expect(await settle('first', known)).toBeUndefined()
    }
    expect([await find(), await uses()]).toEqual(before)
    expect(await settle('first', sent)).toMatchObject({ message: { state: 'sent' } })
    expect(await settle('second', unknown, 2)).toBeUndefined()
    expect(await find()).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('do not change a message that is sent again', async () => {
    const { store } = current()
    await settle('first', { credit: busy.credit, message: queued() })
    expect(await store.claimMessages(claim('second'))).toHaveLength(1)
    await settle('second', unknown, 2)
    expect(await settle('first', busy)).toBeUndefined()
    expect(await find()).toMatchObject({ state: 'unknown' })
    expect(await uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('give nothing back to a credit that was deleted and recorded anew', async () => {
    const { store } = current()
    await settle('second', unknown)
    const laterMs = nowMs + 16 * day
    await store.sweep({ nowMs: laterMs })
    const renewed = { ...payment, endsAtMs: laterMs + day, usableUntilMs: laterMs + day }
    await store.recordCredit({ appId, openId: 'ada', nowMs: laterMs, credit: renewed })
    expect(await settle('first', refused)).toMatchObject({ message: { state: 'refused' } })
    expect(await uses()).toEqual({ free: 3, reserved: 0 })
  })
}
