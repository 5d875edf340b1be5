import { expect, it } from '@jest/globals'
import type { NewCredit } from '../../../server/store/store.ts'
import { appId, form, hashOf, message, nowMs, signIn, subscription } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

export function creditPromises(current: Current): void {
  const record = (credit: NewCredit, openId = 'ada') =>
    current().store.recordCredit({ appId, openId, nowMs, credit })
  const refs = async () =>
    (await current().store.findCredits(appId, 'ada', nowMs)).map(({ ref }) => ref)

  it('records a credit of a user who never signed in, once', async () => {
    expect(await record(form('f1'))).toBe('accepted')
    expect(await record(form('f1'))).toBe('duplicate')
    expect(await record({ ...form('f1'), kind: 'payment' })).toBe('accepted')
    expect(await record(form('f1'), 'bob')).toBe('accepted')
  })

  it('lists usable credits, soonest end first, and none of an unknown user', async () => {
    await record(subscription('T'))
    await record(form('late', { usableUntilMs: nowMs + 3_000 }))
    await record(form('soon', { usableUntilMs: nowMs + 2_000 }))
    await record(form('over', { usableUntilMs: nowMs }))
    expect(await refs()).toEqual(['soon', 'late', 'T'])
    expect(await current().store.findCredits(appId, 'nobody', nowMs)).toEqual([])
  })

  it('spends the credit that ends first, and none after its usable time', async () => {
    const { store } = current()
    await record(form('late', { usableUntilMs: nowMs + 3_000 }))
    await record(form('over', { usableUntilMs: nowMs }))
    await record(form('soon', { usableUntilMs: nowMs + 2_000 }))
    const spent = []
    for (const key of ['1', '2', '3']) {
      const opened = await store.openMessage(message(key))
      spent.push(opened.was === 'reserved' ? opened.credit.ref : opened.was)
    }
    expect(spent).toEqual(['soon', 'late', 'refused'])
  })

  it('spends the credit of a phone that shows no template message last', async () => {
    const { store } = current()
    await store.signIn(signIn('ada', { belowMinimumVersion: true }))
    await record(form('old phone', { usableUntilMs: nowMs + 1_000 }))
    await store.signIn(signIn('ada', { belowMinimumVersion: false, tokenHash: hashOf('2') }))
    await record(form('new phone', { usableUntilMs: nowMs + 2_000 }))
    const opened = await store.openMessage(message('1'))
    expect(opened).toMatchObject({ was: 'reserved', credit: { ref: 'new phone' } })
    const [left] = await store.findCredits(appId, 'ada', nowMs)
    expect(left).toMatchObject({ ref: 'old phone', belowMinimumVersion: true })
  })

  it('returns with each message whether the phone displays template messages', async () => {
    const { store } = current()
    const isBelow = async (key: string) => {
      const opened = await store.openMessage(message(key))
      return opened.was !== 'conflict' && opened.belowMinimum
    }
    expect(await isBelow('1')).toBe(false)
    await record(form('f1'))
    await store.signIn(signIn('ada', { belowMinimumVersion: true }))
    expect(await isBelow('2')).toBe(true)
    expect(await isBelow('2')).toBe(true)
    await store.signIn(signIn('ada', { tokenHash: hashOf('2') }))
    expect(await isBelow('3')).toBe(true)
    await store.signIn(signIn('ada', { belowMinimumVersion: false, tokenHash: hashOf('3') }))
    await record(form('f2'))
    expect(await isBelow('4')).toBe(false)
  })

  it('spends a subscription only for its own template', async () => {
    const { store } = current()
    await record(subscription('T1'))
    const creditQuery = { channel: 'subscribe', kinds: ['subscription'] } as const
    expect(await store.openMessage(message('1', { ...creditQuery, ref: 'T2' }))).toMatchObject({
      was: 'refused',
    })
    expect(await store.openMessage(message('2', { ...creditQuery, ref: 'T1' }))).toMatchObject({
      was: 'reserved',
    })
  })

  it('writes a history whose sums are the rows', async () => {
    const { store } = current()
    await record({ ...form('p1'), kind: 'payment', uses: 3 })
    await record(subscription('T'))
    await store.openMessage(message('1'))
    const history = await store.findHistory(appId, 'ada')
    expect(history.map(({ change }) => change).sort()).toEqual(['recorded', 'recorded', 'reserved'])
    await expectSums(store, appId, 'ada')
  })
}
