import { expect, it } from '@jest/globals'
import { appId, nowMs as beganMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const minute = 60_000

export function rateSlotPromises(current: Current): void {
  /** The slot's time, in milliseconds from the beginning. */
  async function reserve(atMs: number, maxWaitMs: number, perMinute: number, app = appId) {
    const input = { appId: app, nowMs: beganMs + atMs, maxWaitMs, perMinute }
    const slot = await current().store.reserveSlot(input)
    return 'atMs' in slot ? slot.atMs - beganMs : `wait ${slot.waitMs}`
  }
  const count = (atMs: number) => current().store.countSlots(appId, beganMs + atMs)

  it('are free at once until the minute is full, then a minute after the first slot', async () => {
    expect(await reserve(0, 0, 2)).toBe(0)
    expect(await reserve(1_000, 0, 2)).toBe(1_000)
    expect(await reserve(1_000, 0, 2)).toBe(`wait ${minute - 1_000}`)
    expect(await reserve(1_000, minute, 2)).toBe(minute)
    expect(await reserve(1_000, minute, 2)).toBe(minute + 1_000)
  })

  it('are not reserved when the wait would be too long', async () => {
    await reserve(0, 0, 1)
    for (let time = 0; time < 10; time++) expect(await reserve(0, 10_000, 1)).toBe(`wait ${minute}`)
    expect(await reserve(50_000, 10_000, 1)).toBe(minute)
    expect(await reserve(50_000, 10_000, 1)).toBe(`wait ${minute + 10_000}`)
  })

  it('are never more than the limit in any sixty seconds', async () => {
    const reserved: number[] = []
    let passedMs = 0
    for (let step = 0; step < 600; step++) {
      const at = await reserve(passedMs, (step * 7_919) % 30_000, step % 3 === 0 ? 5 : 7)
      if (typeof at === 'number') reserved.push(at)
      passedMs += (step * 104_729) % (step % 5 === 0 ? 9_000 : 400)
    }
    expect(reserved.length).toBeGreaterThan(50)
    expect([...reserved].sort((a, b) => a - b)).toEqual(reserved)
    const spans = reserved.slice(7).map((at, n) => at - reserved[n]!)
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(minute)
  })

  it('are at most a second later than necessary', async () => {
    expect([await reserve(100, 0, 2), await reserve(900, 0, 2)]).toEqual([100, 900])
    const next = await reserve(1_000, minute, 2)
    expect(next).toBeGreaterThanOrEqual(minute + 100)
    expect(next).toBeLessThan(minute + 1_100)
  })

  it('go to concurrent callers up to the limit', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => reserve(0, 0, 5)))
    expect(all.filter((at) => at === 0)).toHaveLength(5)
    expect(await count(0)).toBe(5)
  })

  it('leave a caller with a lower limit fewer slots, and are counted by app', async () => {
    const ahead = [await reserve(0, 0, 2), await reserve(0, 0, 2), await reserve(0, 0, 2)]
    expect(ahead).toEqual([0, 0, `wait ${minute}`])
    expect(await reserve(0, 0, 3)).toBe(0)
    expect(await reserve(0, 0, 2, 'wx2')).toBe(0)
  })

  it('count when their time was within the last minute, not while it is ahead', async () => {
    expect(await count(0)).toBe(0)
    await reserve(0, 0, 1)
    await reserve(0, minute, 1)
    expect(await count(0)).toBe(1)
    expect(await count(minute)).toBe(1)
    expect(await count(2 * minute)).toBe(0)
  })

  it('survive a restart', async () => {
    await reserve(0, 0, 1)
    const store = await current().restart()
    const slot = { appId, nowMs: beganMs + 1, maxWaitMs: 0, perMinute: 1 }
    expect(await store.reserveSlot(slot)).toEqual({ waitMs: minute - 1 })
    expect(await store.countSlots(appId, beganMs + 1)).toBe(1)
  })

  it('are not blocked by a clock that was set ahead and back', async () => {
    await reserve(24 * 60 * minute, 0, 1)
    expect(await reserve(0, 0, 1)).toBe(0)
  })
}
