import { beforeEach, expect, it } from '@jest/globals'
import type { ChannelSuspension } from '../../../server/store/store.ts'
import { appId, claim, form, message, nowMs, queued } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function suspensionPromises(current: Current): void {
  const hour = 3_600_000
  const shut: ChannelSuspension = {
    appId,
    channel: 'template',
    kind: 'shut',
    untilMs: null,
    reason: { code: 'channel_shut', detail: 'WeChat forbids it' },
    atMs: nowMs,
  }
  const pause: ChannelSuspension = {
    ...shut,
    kind: 'pause',
    untilMs: nowMs + 1_000,
    reason: { code: 'quota', detail: 'used up' },
  }
  const refs = ['f1', 'f2']
  beforeEach(async () => {
    for (const ref of refs) {
      await current().store.recordCredit({ appId, openId: 'ada', nowMs, credit: form(ref) })
    }
  })

  it('refuses a message on a shut channel with the reason, and takes no credit', async () => {
    const { store } = current()
    await store.suspendChannel(shut)
    expect(await store.findSuspensions(appId)).toEqual([shut])
    const opened = await store.openMessage(message('1'))
    expect(opened).toMatchObject({ was: 'refused', message: { reason: shut.reason } })
    expect(await store.findCredits(appId, 'ada', nowMs)).toMatchObject([
      { reserved: 0 },
      { reserved: 0 },
    ])
  })

  it('leaves other channels and other apps open', async () => {
    const { store } = current()
    await store.suspendChannel({ ...shut, channel: 'customer' })
    await store.suspendChannel({ ...shut, appId: 'wx2' })
    expect(await store.openMessage(message('1'))).toMatchObject({ was: 'reserved', probe: false })
  })

  it('admits one message an hour as a probe of a shut channel', async () => {
    const { store } = current()
    await store.suspendChannel(shut)
    const later = { nowMs: nowMs + hour }
    const both = await Promise.all(['1', '2'].map((key) => store.openMessage(message(key, later))))
    expect(both.map(({ was }) => was).sort()).toEqual(['refused', 'reserved'])
    expect(both.find(({ was }) => was === 'reserved')).toMatchObject({
      probe: { shutAtMs: nowMs },
    })
  })

  it('does not use up the probe for a message without a credit', async () => {
    const { store } = current()
    await store.suspendChannel(shut)
    const later = { nowMs: nowMs + hour }
    await store.openMessage(message('1', { ...later, openId: 'nobody' }))
    expect(await store.openMessage(message('2', later))).toMatchObject({
      probe: { shutAtMs: nowMs },
    })
  })

  it('stays shut after a probe if it was shut again since the probe was admitted', async () => {
    const { store } = current()
    await store.suspendChannel(shut)
    // The clock may have gone back meanwhile.
    for (const atMs of [nowMs + hour, nowMs - hour]) {
      const again = { ...shut, atMs }
      await store.suspendChannel(again)
      await store.resumeChannel(appId, 'template', shut.atMs)
      expect(await store.findSuspensions(appId)).toEqual([again])
      await store.resumeChannel(appId, 'template', atMs)
      expect(await store.findSuspensions(appId)).toEqual([])
    }
  })

  it('ends a pause by time, and a shut by resumeChannel', async () => {
    const { store } = current()
    await store.suspendChannel(pause)
    expect(await store.openMessage(message('1'))).toMatchObject({ was: 'refused' })
    const after = message('2', { nowMs: nowMs + 1_000 })
    expect(await store.openMessage(after)).toMatchObject({ was: 'reserved', probe: false })
    await store.suspendChannel(shut)
    await store.resumeChannel(appId, 'template')
    expect(await store.openMessage(message('3'))).toMatchObject({ was: 'reserved' })
    expect(await store.findSuspensions(appId)).toEqual([])
  })

  it('deletes pauses that are over in a sweep, and nothing else', async () => {
    const { store } = current()
    const customer: ChannelSuspension = { ...shut, channel: 'customer' }
    await store.suspendChannel(pause)
    await store.suspendChannel(customer)
    expect(await store.sweep({ nowMs: nowMs + 999 })).toBe(0)
    expect(await store.findSuspensions(appId)).toHaveLength(2)
    expect(await store.sweep({ nowMs: nowMs + 1_000 })).toBe(1)
    expect(await store.findSuspensions(appId)).toEqual([customer])
  })

  it('keeps a channel shut that is paused as well', async () => {
    const { store } = current()
    await store.suspendChannel(shut)
    await store.suspendChannel(pause)
    expect(await store.findSuspensions(appId)).toEqual([shut])
  })

  it('refuses a due message while the channel is suspended', async () => {
    const { store } = current()
    const opened = await store.openMessage(message('1'))
    if (opened.was !== 'reserved') throw new Error('There is a credit.')
    await store.settle({
      id: opened.message.id,
      holder: 'first',
      attempts: 1,
      nowMs,
      credit: { outcome: 'givenBack' },
      message: queued(),
    })
    await store.suspendChannel(pause)
    const [claimed] = await store.claimMessages(claim('first'))
    expect(claimed?.message).toMatchObject({ state: 'refused', reason: pause.reason })
  })
}
