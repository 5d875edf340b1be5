import { beforeEach, expect, it } from '@jest/globals'
import type { MessageId } from '../../../server/store/store.ts'
import { appId, claim, day, form, message, nowMs, queued } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function leasePromises(current: Current): void {
  beforeEach(async () => {
    await current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form('f1') })
  })
  async function open(leaseMs: number) {
    const opened = await current().store.openMessage(message('1', { leaseMs }))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    return opened.message.id
  }
  const queue = (id: MessageId, dueInMs = 0) =>
    current().store.settle({
      id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: 'givenBack' },
      message: queued(dueInMs),
    })

  it('gives no other holder a leased message, however far the platform clock goes', async () => {
    await open(60_000)
    const years = claim('second', { nowMs: nowMs + 1_000 * day })
    expect(await current().store.claimMessages(years)).toEqual([])
  })

  it('gives a message to another holder as abandoned once its lease has ended', async () => {
    const { store } = current()
    const id = await open(0)
    const [taken, ...others] = await store.claimMessages(claim('second'))
    expect(taken).toMatchObject({
      message: { id },
      abandoned: true,
      credit: { ref: 'f1', presentations: 1 },
    })
    expect(others).toEqual([])
    const unknown = {
      id,
      holder: 'second',
      nowMs,
      attempts: 1,
      credit: { outcome: 'spent' },
      message: { state: 'unknown', reason: { code: 'outcome_unknown', detail: 'lost' } },
    } as const
    expect(await store.settle(unknown)).toMatchObject({ message: { state: 'unknown' } })
    expect(await store.settle({ ...unknown, holder: 'first' })).toBeUndefined()
  })

  it('leaves a message that its holder works on', async () => {
    const id = await open(0)
    const { store } = current()
    expect(await store.claimMessages(claim('first', { holding: [id] }))).toEqual([])
  })

  it('gives a message back to its own holder once the lease has ended', async () => {
    const id = await open(0)
    const [taken] = await current().store.claimMessages(claim('first'))
    expect(taken).toMatchObject({ message: { id }, abandoned: true, formerHolder: 'first' })
  })

  it('names no former holder after more than one takeover', async () => {
    const { store } = current()
    await open(0)
    await store.claimMessages(claim('second', { leaseMs: 0 }))
    const [taken] = await store.claimMessages(claim('second'))
    expect(taken).toMatchObject({ abandoned: true })
    expect(taken?.formerHolder).toBeUndefined()
  })

  it('does not count messages in `holding` against the limit', async () => {
    const { store } = current()
    await store.recordCredit({ appId, openId: 'bob', nowMs, credit: form('f2') })
    const held = await open(0)
    await store.openMessage(message('1', { openId: 'bob', leaseMs: 0 }))
    const taken = await store.claimMessages(claim('first', { holding: [held], limit: 1 }))
    expect(taken).toHaveLength(1)
  })

  it('leaves a queued message before it is due', async () => {
    const { store } = current()
    const id = await open(60_000)
    await queue(id, 60_000)
    expect(await store.claimMessages(claim('first'))).toEqual([])
  })

  it('gives a due message to one of several concurrent holders', async () => {
    const { store } = current()
    await queue(await open(60_000))
    const all = await Promise.all(['a', 'b', 'c'].map((who) => store.claimMessages(claim(who))))
    expect(all.flat()).toHaveLength(1)
    expect(all.flat()[0]).toMatchObject({ abandoned: false, message: { attempts: 2 } })
  })

  it('refuses a due message after its deadline', async () => {
    const { store } = current()
    const id = await open(60_000)
    await queue(id)
    const [late] = await store.claimMessages(claim('first', { nowMs: nowMs + day }))
    expect(late?.message).toMatchObject({ id, state: 'refused', reason: { code: 'deadline' } })
    expect(late?.credit).toBeUndefined()
  })

  it('refuses a due message whose credit another message took meanwhile', async () => {
    const { store } = current()
    await queue(await open(60_000))
    await store.openMessage(message('2'))
    const [refused] = await store.claimMessages(claim('first'))
    expect(refused?.message).toMatchObject({
      state: 'refused',
      reason: { code: 'no_credit', reserved: 1 },
    })
  })

  it('gives messages under way to another holder after a restart', async () => {
    const id = await open(60_000)
    const store = await current().restart()
    const [taken] = await store.claimMessages(claim('second'))
    expect(taken).toMatchObject({ message: { id }, abandoned: true, credit: { ref: 'f1' } })
  })

  it('claims at most `limit` messages', async () => {
    const { store } = current()
    await store.recordCredit({ appId, openId: 'bob', nowMs, credit: form('f2') })
    await open(0)
    await store.openMessage(message('1', { openId: 'bob', leaseMs: 0 }))
    expect(await store.claimMessages(claim('second', { limit: 1 }))).toHaveLength(1)
    expect(await store.claimMessages(claim('second'))).toHaveLength(1)
  })
}
