import { expect, it } from '@jest/globals'
import type { MessageId, OpenMessage } from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, claim, day, form, message, nowMs, queued } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const hour = 3_600_000
const sendAtMs = nowMs + hour

export function scheduledPromises(current: Current): void {
  const credit = (ref: string, openId = 'ada') =>
    current().store.recordCredit({ appId, openId, nowMs, credit: form(ref) })
  async function open(key: string, rest: Partial<OpenMessage> = {}) {
    const deadlineMs = sendAtMs + 15 * 60_000
    const later = message(key, { sendAtMs, deadlineMs, ...rest })
    const opened = await current().store.openMessage(later)
    if (opened.was === 'conflict') throw new Error('The body is the same.')
    return opened
  }
  const claimAt = (atMs: number, rest = {}) =>
    current().store.claimMessages(claim('first', { nowMs: atMs, ...rest }))
  const reserved = async () => (await current().store.findCredits(appId, 'ada', 0))[0]!.reserved
  const cancel = (id: MessageId) => current().store.cancelMessage({ appId, id, nowMs })

  it('wait without a credit, and come again for their key', async () => {
    await credit('f1')
    const { was, message: waiting } = await open('1')
    expect([was, waiting.state, waiting.attempts]).toEqual(['scheduled', 'scheduled', 0])
    expect(await reserved()).toBe(0)
    expect(await current().store.findMessage(appId, waiting.id)).toEqual(waiting)
    expect(await open('1')).toMatchObject({ was: 'replayed', message: { id: waiting.id } })
  })

  it('are claimed at their time by the platform clock, once, with a credit of then', async () => {
    const { message: waiting } = await open('1')
    await credit('f1')
    expect(await claimAt(sendAtMs - 1)).toEqual([])
    const all = await Promise.all(['a', 'b', 'c'].map(() => claimAt(sendAtMs)))
    expect(all.flat()).toHaveLength(1)
    expect(all.flat()[0]).toMatchObject({
      message: { id: waiting.id, state: 'sending', attempts: 1, sendAtMs },
      abandoned: false,
      credit: { ref: 'f1', presentations: 1 },
    })
    expect(await reserved()).toBe(1)
  })

  it('are claimed earliest first, behind those under way, and not beyond the limit', async () => {
    for (const [n, openId] of ['ada', 'bob', 'cyd'].entries()) await credit(`f${n}`, openId)
    await open('1', { openId: 'ada', sendAtMs: sendAtMs + 1 })
    await open('2', { openId: 'bob' })
    const under = await current().store.openMessage(message('3', { openId: 'cyd', leaseMs: 0 }))
    expect(under.was).toBe('reserved')
    const claimed = await claimAt(sendAtMs + 2, { holder: 'second', limit: 2 })
    expect(claimed.map(({ message: { openId } }) => openId)).toEqual(['cyd', 'bob'])
  })

  it('are refused at their time without a credit, and after their deadline', async () => {
    await open('1')
    const [none] = await claimAt(sendAtMs)
    expect(none?.message).toMatchObject({ state: 'refused', reason: { code: 'no_credit' } })
    await credit('f1')
    await open('2')
    const [late] = await claimAt(sendAtMs + hour)
    expect(late?.message).toMatchObject({ state: 'refused', reason: { code: 'deadline' } })
    expect(await reserved()).toBe(0)
  })

  it('count on the day on which they are sent, not before', async () => {
    const ifOver: MessageReason = { code: 'user_limit', detail: 'over' }
    const limits = { template: { perDay: { day: 1, most: 1, ifOver } } }
    await credit('f1')
    await credit('f2')
    await open('1')
    await open('2', { sendAtMs: sendAtMs + 1 })
    const claimed = await claimAt(sendAtMs + 1, { limits })
    expect(claimed.map(({ message: { state } }) => state)).toEqual(['sending', 'refused'])
    expect(claimed[1]?.message.reason).toEqual(ifOver)
    const [{ message: sent }] = claimed as [(typeof claimed)[0]]
    await current().store.settle({
      id: sent.id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason: ifOver },
    })
    await open('3')
    const [again] = await claimAt(sendAtMs + 1, { limits })
    expect(again?.message.state).toBe('sending')
  })

  it('that are cancelled are never claimed', async () => {
    await credit('f1')
    const { message: waiting } = await open('1')
    const [first, again] = [await cancel(waiting.id), await cancel(waiting.id)]
    expect(first).toMatchObject({ wasWaiting: true, message: { settledAtMs: nowMs } })
    expect(first?.message.state).toBe('cancelled')
    expect(again).toEqual({ wasWaiting: false, message: first?.message })
    expect(await claimAt(sendAtMs)).toEqual([])
    expect(await open('1')).toMatchObject({ was: 'replayed', message: { state: 'cancelled' } })
  })

  it('are cancelled or claimed, never both', async () => {
    for (let n = 0; n < 8; n++) await credit(`f${n}`)
    const ids: MessageId[] = []
    for (let n = 0; n < 8; n++) ids.push((await open(String(n))).message.id)
    const [claimed, ...rows] = await Promise.all([claimAt(sendAtMs), ...ids.map(cancel)])
    const later = await claimAt(sendAtMs)
    const taken = [...claimed, ...later].map(({ message: { id } }) => id)
    const cancelled = rows.flatMap((one) => (one?.wasWaiting ? one.message.id : []))
    expect([...taken, ...cancelled].sort()).toEqual(ids.toSorted())
  })

  it('are not cancelled for another app, nor once they are sent', async () => {
    const { store } = current()
    await credit('f1')
    const { message: waiting } = await open('1')
    expect(
      await store.cancelMessage({ appId: 'wx1000000000000009', id: waiting.id, nowMs }),
    ).toBeUndefined()
    await claimAt(sendAtMs)
    expect(await cancel(waiting.id)).toMatchObject({
      wasWaiting: false,
      message: { state: 'sending' },
    })
    expect(await reserved()).toBe(1)
  })

  it('that wait for their next try are cancelled, too', async () => {
    const { store } = current()
    await credit('f1')
    const opened = await store.openMessage(message('1'))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    const { id } = opened.message
    const tried = { id, holder: 'first', attempts: 1, nowMs, message: queued() }
    await store.settle({ ...tried, credit: { outcome: 'givenBack' } })
    expect(await cancel(id)).toMatchObject({ message: { state: 'cancelled' } })
    expect(await claimAt(nowMs)).toEqual([])
  })

  it('keep their payload until seven days after their time', async () => {
    const { store } = current()
    const far = { sendAtMs: nowMs + 20 * day, deadlineMs: nowMs + 21 * day }
    const { message: waiting } = await open('1', far)
    const payload = async () => (await store.findMessage(appId, waiting.id))?.payload
    await store.sweep({ nowMs: nowMs + 19 * day })
    expect(await payload()).toBe(waiting.payload)
    await cancel(waiting.id)
    await store.sweep({ nowMs: nowMs + 26 * day })
    expect(await payload()).toBe(waiting.payload)
    await store.sweep({ nowMs: nowMs + 28 * day })
    expect(await payload()).toBeUndefined()
  })

  it('of a user who is erased are refused at once', async () => {
    const { store } = current()
    const { message: waiting } = await open('1')
    const erased: MessageReason = { code: 'user_unknown', detail: 'erased' }
    await store.eraseUser({ appId, openId: 'ada', nowMs, ifQueued: erased, ifSending: erased })
    expect(await claimAt(sendAtMs)).toEqual([])
    const found = await store.findMessage(appId, waiting.id)
    expect(found).toMatchObject({ state: 'refused', reason: erased, openId: undefined })
  })

  it('are found and counted by their state', async () => {
    const { store } = current()
    const { message: waiting } = await open('1')
    const { message: gone } = await open('2')
    await cancel(gone.id)
    for (const [state, { id }] of [
      ['scheduled', waiting],
      ['cancelled', gone],
    ] as const) {
      const { messages } = await store.findMessages(appId, { limit: 10, state })
      expect(messages.map((one) => one.id)).toEqual([id])
      expect((await store.sumMessages(appId, { state })).sums).toMatchObject([{ state, count: 1 }])
    }
    const all = await store.findMessages(appId, { limit: 10 })
    expect(all.messages).toHaveLength(2)
    expect((await store.findMessages(appId, { limit: 10, state: 'queued' })).messages).toEqual([])
  })

  it('come and go in the change feed', async () => {
    const { store } = current()
    const after = await store.watchChanges({ appId, forMs: 60_000 })
    const { message: waiting } = await open('1')
    await cancel(waiting.id)
    const told = await store.readChanges({ appId, after, limit: 10 })
    expect(told).toMatchObject([
      { type: 'message.created', message: waiting.id },
      { type: 'message.settled', message: waiting.id, state: 'cancelled' },
    ])
  })
}
