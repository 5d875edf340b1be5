import { expect, it } from '@jest/globals'
import type { CustomerWindow, MessageId, Settle } from '../../../server/store/store.ts'
import { appId, day, message, nowMs, push, window } from '../builders.ts'
import { expectSums } from '../sums.ts'
import type { Current } from './store-under-test.ts'

const second = 1_000
const minute = 60 * second

export function windowPromises(current: Current): void {
  const open = (kind: CustomerWindow['kind'], atMs = nowMs, arrivedMs = atMs) =>
    current().store.recordPush(
      push(`${kind} ${atMs}`, {
        atMs,
        nowMs: arrivedMs,
        record: { type: 'window', window: window(kind, atMs) },
      }),
    )
  const credits = async (atMs = nowMs) => {
    await expectSums(current().store, appId, 'ada')
    return current().store.findCredits(appId, 'ada', atMs)
  }
  async function reserve(key: string, atMs = nowMs) {
    const creditQuery = { channel: 'customer', kinds: ['entered', 'wrote'], nowMs: atMs } as const
    const opened = await current().store.openMessage(message(key, creditQuery))
    if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
    return opened.message.id
  }
  const settle = (id: MessageId, credit: Settle['credit']) =>
    current().store.settle({
      id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit,
      message: { state: 'refused', reason: { code: 'message_bad', detail: '' } },
    })

  it('are one credit with the kind of the larger window and the furthest end', async () => {
    await open('entered')
    expect(await credits()).toMatchObject([
      { kind: 'entered', usesLeft: 2, endsAtMs: nowMs + minute },
    ])
    await open('wrote', nowMs + second)
    const [one, ...others] = await credits()
    expect(one).toMatchObject({ kind: 'wrote', usesLeft: 5, endsAtMs: nowMs + second + 2 * day })
    expect(others).toEqual([])
  })

  it('do not add up: a trigger sets the uses to the largest open limit', async () => {
    await open('wrote')
    for (const key of ['1', '2', '3']) await settle(await reserve(key), { outcome: 'spent' })
    expect(await credits()).toMatchObject([{ usesLeft: 2 }])
    await open('entered', nowMs + second)
    expect(await credits()).toMatchObject([
      { kind: 'wrote', usesLeft: 5, endsAtMs: nowMs + 2 * day },
    ])
    await open('wrote', nowMs + 2 * second)
    expect(await credits()).toMatchObject([{ usesLeft: 5, reserved: 0 }])
  })

  it('end at the furthest end, also if that is of the smaller window', async () => {
    await open('wrote')
    const lateMs = nowMs + 2 * day - 10 * second
    await open('entered', lateMs)
    expect(await credits(lateMs)).toMatchObject([
      { kind: 'wrote', usesLeft: 5, endsAtMs: lateMs + minute },
    ])
  })

  it('do not count a window that is over', async () => {
    await open('wrote')
    await open('entered', nowMs + 2 * day)
    expect(await credits(nowMs + 2 * day)).toMatchObject([{ kind: 'entered', usesLeft: 2 }])
  })

  it('settle and give back within their own generation only', async () => {
    await open('entered')
    const [spent, back] = [await reserve('1'), await reserve('2')]
    await open('wrote', nowMs + second)
    await settle(spent, { outcome: 'spent' })
    await settle(back, { outcome: 'givenBack' })
    expect(await credits()).toMatchObject([{ usesLeft: 5, reserved: 0 }])
    const history = await current().store.findHistory(appId, 'ada')
    expect(
      history.map(({ change, usesDelta, reservedDelta }) => [change, usesDelta, reservedDelta]),
    ).toEqual([
      ['recorded', 2, 0],
      ['reserved', -1, 1],
      ['reserved', -1, 1],
      ['renewed', 5, -2],
      ['late', 0, 0],
      ['late', 0, 0],
    ])
  })

  it('die when WeChat contradicts their generation, not an older one', async () => {
    const contradicted = { outcome: 'dead', reason: 'window_used_up' } as const
    await open('wrote')
    const first = await reserve('1')
    await open('wrote', nowMs + second)
    await settle(first, contradicted)
    expect(await credits()).toMatchObject([{ usesLeft: 5 }])
    await settle(await reserve('2'), contradicted)
    expect(await credits()).toEqual([])
    await open('entered', nowMs + minute)
    expect(await credits(nowMs + minute)).toMatchObject([{ kind: 'wrote', usesLeft: 5 }])
  })

  it('count from the trigger, not from its arrival, and not if they are over by then', async () => {
    await open('entered', nowMs - 30 * second, nowMs)
    expect(await credits()).toMatchObject([{ endsAtMs: nowMs + 30 * second }])
    await open('entered', nowMs - 3 * minute, nowMs)
    expect(await credits()).toMatchObject([{ usesLeft: 2, endsAtMs: nowMs + 30 * second }])
  })

  it('gain nothing from a trigger that arrives after a younger one', async () => {
    await open('wrote', nowMs)
    await settle(await reserve('1'), { outcome: 'spent' })
    await open('entered', nowMs - 5 * second, nowMs)
    await open('wrote', nowMs - 5 * second, nowMs)
    expect(await credits()).toMatchObject([
      { kind: 'wrote', usesLeft: 4, endsAtMs: nowMs + 2 * day },
    ])
  })

  it('gain what a later trigger would have had in addition', async () => {
    await open('entered', nowMs)
    await settle(await reserve('1'), { outcome: 'spent' })
    await open('wrote', nowMs - 5 * second, nowMs)
    expect(await credits()).toMatchObject([
      { kind: 'wrote', usesLeft: 4, endsAtMs: nowMs - 5 * second + 2 * day },
    ])
  })

  it('gain and lose nothing by a message from before they were deleted', async () => {
    await open('entered')
    const [back, dead] = [await reserve('1'), await reserve('2')]
    await open('wrote', nowMs + second)
    await current().store.sweep({ nowMs: nowMs + 11 * day })
    await open('entered', nowMs + 12 * day)
    await settle(back, { outcome: 'givenBack' })
    await settle(dead, { outcome: 'dead', reason: 'window_used_up' })
    expect(await credits(nowMs + 12 * day)).toMatchObject([{ usesLeft: 2, reserved: 0 }])
  })

  it('are deleted after their end with their history', async () => {
    await open('wrote')
    await current().store.sweep({ nowMs: nowMs + 11 * day })
    expect(await current().store.findHistory(appId, 'ada')).toEqual([])
    await open('entered', nowMs + 12 * day)
    expect(await credits(nowMs + 12 * day)).toMatchObject([{ kind: 'entered', usesLeft: 2 }])
  })
}
