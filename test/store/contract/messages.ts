import { beforeEach, expect, it } from '@jest/globals'
import type { MessageId, Settle } from '../../../server/store/store.ts'
import type { MessageReason } from '../../../shared/wire/index.ts'
import { appId, day, form, hashOf, message, nowMs } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

export function messagePromises(current: Current): void {
  const reason: MessageReason = { code: 'message_bad', detail: 'bad' }
  beforeEach(async () => {
    for (const ref of ['f1', 'f2']) {
      await current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })
    }
  })
  async function reserve(key: string) {
    const opened = await current().store.openMessage(message(key))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    return opened
  }
  async function settle(id: MessageId, rest: Pick<Settle, 'credit' | 'message'>) {
    const { attempts } = (await current().store.findMessage(appId, id))!
    return current().store.settle({ id, holder: 'first', attempts, nowMs, ...rest })
  }
  const uses = async () => {
    const rows = await current().store.findCredits(appId, 'ada', nowMs)
    await expectSums(current().store, appId, 'ada')
    return {
      free: rows.reduce((sum, { usesLeft }) => sum + (usesLeft ?? 0), 0),
      reserved: rows.reduce((sum, row) => sum + row.reserved, 0),
    }
  }

  it('writes one message for a key, also for concurrent calls', async () => {
    const { store } = current()
    const all = await Promise.all([1, 2, 3].map(() => store.openMessage(message('key'))))
    expect(all.map(({ was }) => was).sort()).toEqual(['replayed', 'replayed', 'reserved'])
    expect(await uses()).toEqual({ free: 1, reserved: 1 })
  })

  it('refuses a key with another body, and accepts it for another user', async () => {
    const { store } = current()
    await reserve('key')
    const other = message('key', { bodyHash: hashOf('another body') })
    expect(await store.openMessage(other)).toEqual({ was: 'conflict' })
    const { was } = await store.openMessage(message('key', { openId: 'bob' }))
    expect(was).toBe('refused')
  })

  it('keeps a key for the requested time, and then writes another message for it', async () => {
    const { store } = current()
    const { message: first } = await reserve('key')
    const known = await store.openMessage(message('key', { nowMs: nowMs + 7 * day - 1 }))
    expect(known).toMatchObject({ was: 'replayed', message: { id: first.id } })
    const later = await store.openMessage(message('key', { nowMs: nowMs + 7 * day }))
    expect(later).toMatchObject({ was: 'refused' })
    expect('message' in later && later.message.id).not.toBe(first.id)
    expect(await store.findMessage(appId, first.id)).toBeDefined()
  })

  it('refuses a message without a credit, and returns how many are reserved', async () => {
    const { store } = current()
    await Promise.all([reserve('1'), reserve('2')])
    const refused = await store.openMessage(message('3'))
    expect(refused).toMatchObject({
      was: 'refused',
      message: { state: 'refused', reason: { code: 'no_credit', reserved: 2 }, attempts: 0 },
    })
  })

  it('reserves each use once for concurrent calls', async () => {
    const { store } = current()
    const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`)
    const all = await Promise.all(keys.map((key) => store.openMessage(message(key))))
    const refs = all.flatMap((one) => (one.was === 'reserved' ? one.credit.ref : []))
    expect(refs.sort()).toEqual(['f1', 'f2'])
    expect(await uses()).toEqual({ free: 0, reserved: 2 })
  })

  it('finds a message by its id, within its app only', async () => {
    const { store } = current()
    const { message: row } = await reserve('1')
    expect(await store.findMessage(appId, row.id)).toEqual(row)
    expect(row).toMatchObject({ openId: 'ada', state: 'sending', attempts: 1, templateId: 'T' })
    await store.openMessage(message('1', { appId: 'wx2' }))
    expect(await store.findMessage('wx2', row.id)).toBeUndefined()
    expect(await store.findMessage(appId, 'nonsense' as MessageId)).toBeUndefined()
  })

  it('spends the use of a message that was sent', async () => {
    const { message: row } = await reserve('1')
    const settled = await settle(row.id, {
      credit: { outcome: 'spent' },
      message: { state: 'sent', inferred: true },
    })
    expect(settled?.message).toMatchObject({ state: 'sent', inferred: true, settledAtMs: nowMs })
    expect(await uses()).toEqual({ free: 1, reserved: 0 })
  })

  it('gives back the use of a message that was refused', async () => {
    const { message: row } = await reserve('1')
    const settled = await settle(row.id, {
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason },
    })
    expect(settled?.message).toMatchObject({ state: 'refused', reason })
    expect(await uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('settles an attempt once, and no attempt that was never made', async () => {
    const { message: row } = await reserve('1')
    const sent = { credit: { outcome: 'spent' }, message: { state: 'sent' } } as const
    const next = { id: row.id, holder: 'first', attempts: 2, nowMs, ...sent }
    expect(await current().store.settle(next)).toBeUndefined()
    expect(await settle(row.id, sent)).toBeDefined()
    const back = {
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason },
    } as const
    expect(await settle(row.id, back)).toBeUndefined()
    expect(await uses()).toEqual({ free: 1, reserved: 0 })
  })

  it('goes on with the next credit, and is refused when none is left', async () => {
    const { message: row } = await reserve('1')
    const dead = {
      credit: { outcome: 'dead', reason: 'form_id_used' },
      message: { state: 'next', leaseMs: 60_000, kinds: ['form'], ifNone: reason },
    } as const
    const next = await settle(row.id, dead)
    expect(next).toMatchObject({ message: { state: 'sending', rejectedCredits: 1, attempts: 2 } })
    expect(next?.credit).toMatchObject({ presentations: 1 })
    const last = await settle(row.id, dead)
    expect(last).toMatchObject({ message: { state: 'refused', reason, rejectedCredits: 2 } })
    expect(await uses()).toEqual({ free: 0, reserved: 0 })
  })

  it('does not change the next attempt when a holder settles one twice', async () => {
    const { message: row } = await reserve('1')
    const dead = {
      id: row.id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: 'dead', reason: 'form_id_used' },
      message: { state: 'next', leaseMs: 60_000, kinds: ['form'], ifNone: reason },
    } as const
    expect(await current().store.settle(dead)).toMatchObject({ message: { attempts: 2 } })
    expect(await current().store.settle(dead)).toBeUndefined()
    expect(await uses()).toEqual({ free: 0, reserved: 1 })
  })

  it('keeps the credit for another attempt, and counts how often it was presented', async () => {
    const { message: row, credit } = await reserve('1')
    const again = await settle(row.id, {
      credit: { outcome: 'kept' },
      message: { state: 'again', leaseMs: 60_000 },
    })
    expect(again).toMatchObject({
      message: { attempts: 2 },
      credit: { ...credit, presentations: 2 },
    })
    expect(await uses()).toEqual({ free: 1, reserved: 1 })
  })

  it('ends all uses of a rejected credit, also those that others have reserved', async () => {
    const { store } = current()
    const payment = { ...form('p1'), kind: 'payment', uses: 3 } as const
    await store.recordCredit({ appId, openId: 'ada', nowMs, credit: payment })
    const creditQuery = { kinds: ['payment'] } as const
    const [a, b] = await Promise.all(
      ['1', '2'].map((key) => store.openMessage(message(key, creditQuery))),
    )
    if (a?.was !== 'reserved' || b?.was !== 'reserved') throw new Error('Both find a use.')
    await settle(a.message.id, {
      credit: { outcome: 'dead', reason: 'form_id_invalid' },
      message: { state: 'refused', reason },
    })
    await settle(b.message.id, {
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason },
    })
    expect(await uses()).toEqual({ free: 2, reserved: 0 })
    const changes = (await store.findHistory(appId, 'ada')).filter(
      (one) => one.credit === a.credit.id,
    )
    expect(changes.map(({ change }) => change)).toEqual([
      'recorded',
      'reserved',
      'reserved',
      'dead',
      'late',
    ])
  })
}
