import { expect, it } from '@jest/globals'
import { appId, day, nowMs, push, window } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function pushPromises(current: Current): void {
  const wrote = { type: 'window', window: window('wrote', nowMs) } as const
  const hour = 3_600_000

  it('are recorded once, also by concurrent calls', async () => {
    const { store } = current()
    const all = await Promise.all(
      [1, 2, 3].map(() => store.recordPush(push('key', { record: wrote }))),
    )
    expect(all.sort()).toEqual(['accepted', 'duplicate', 'duplicate'])
    expect(await store.findHistory(appId, 'ada')).toHaveLength(1)
  })

  it('are known after a restart, for 48 hours', async () => {
    await current().store.recordPush(push('key'))
    const store = await current().restart()
    const last = push('key', { nowMs: nowMs + 48 * hour - 1 })
    expect(await store.recordPush(last)).toBe('duplicate')
    await store.sweep({ nowMs: nowMs + 48 * hour - 1 })
    expect(await store.recordPush(last)).toBe('duplicate')
    expect(await store.recordPush(push('key', { nowMs: nowMs + 48 * hour }))).toBe('accepted')
  })

  it('are deleted by the sweep', async () => {
    const { store } = current()
    for (const key of ['1', '2', '3']) await store.recordPush(push(key))
    expect(await store.sweep({ nowMs: nowMs + 2 * day })).toBe(3)
    expect(await store.sweep({ nowMs: nowMs + 2 * day })).toBe(0)
  })

  it('are forwarded once the backend took them, also after a restart, for 48 hours', async () => {
    const { store } = current()
    const key = { appId, dedupeKey: 'key' }
    expect(await store.isForwarded(key)).toBe(false)
    await store.recordPush(push('key'))
    await store.recordPush(push('other'))
    expect(await store.isForwarded(key)).toBe(false)
    await store.keepForwarded(key)
    const restarted = await current().restart()
    expect(await restarted.isForwarded(key)).toBe(true)
    expect(await restarted.isForwarded({ appId, dedupeKey: 'other' })).toBe(false)
    await restarted.recordPush(push('key', { nowMs: nowMs + 48 * hour }))
    expect(await restarted.isForwarded(key)).toBe(false)
  })

  it('of two apps may have the same key', async () => {
    const { store } = current()
    expect(await store.recordPush(push('key'))).toBe('accepted')
    expect(await store.recordPush(push('key', { appId: 'wx2' }))).toBe('accepted')
  })

  it('without effect add no user', async () => {
    const { store } = current()
    await store.recordPush(push('1'))
    await store.recordPush(push('2', { record: { type: 'deliveries', deliveries: [] } }))
    expect(await store.findUser(appId, 'ada')).toBeUndefined()
  })
}
