import { expect, it } from '@jest/globals'
import { appId, nowMs as beganMs } from '../builders.ts'
import type { Current } from '../contract.ts'

const minute = 60_000

export function turnPromises(current: Current): void {
  /** When the turn comes, in milliseconds from the beginning. */
  async function book(atMs: number, maxWaitMs: number, perMinute: number, app = appId) {
    const input = { appId: app, nowMs: beganMs + atMs, maxWaitMs, perMinute }
    const turn = await current().store.reserveSlot(input)
    return 'atMs' in turn ? turn.atMs - beganMs : `wait ${turn.waitMs}`
  }
  const count = (atMs: number) => current().store.countSlots(appId, beganMs + atMs)

  it('are at once until the minute is full, and then a minute after the first', async () => {
    expect(await book(0, 0, 2)).toBe(0)
    expect(await book(1_000, 0, 2)).toBe(1_000)
    expect(await book(1_000, 0, 2)).toBe(`wait ${minute - 1_000}`)
    expect(await book(1_000, minute, 2)).toBe(minute)
    expect(await book(1_000, minute, 2)).toBe(minute + 1_000)
  })

  it('that nobody waits for are not booked', async () => {
    await book(0, 0, 1)
    for (let time = 0; time < 10; time++) expect(await book(0, 10_000, 1)).toBe(`wait ${minute}`)
    expect(await book(50_000, 10_000, 1)).toBe(minute)
    expect(await book(50_000, 10_000, 1)).toBe(`wait ${minute + 10_000}`)
  })

  it('are never more than the limit in any sixty seconds, whoever asks when', async () => {
    const booked: number[] = []
    let passedMs = 0
    for (let step = 0; step < 600; step++) {
      const at = await book(passedMs, (step * 7_919) % 30_000, step % 3 === 0 ? 5 : 7)
      if (typeof at === 'number') booked.push(at)
      passedMs += (step * 104_729) % (step % 5 === 0 ? 9_000 : 400)
    }
    expect(booked.length).toBeGreaterThan(50)
    expect([...booked].sort((a, b) => a - b)).toEqual(booked)
    const spans = booked.slice(7).map((at, n) => at - booked[n]!)
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(minute)
  })

  it('come at most a second later than they could', async () => {
    expect([await book(100, 0, 2), await book(900, 0, 2)]).toEqual([100, 900])
    const next = await book(1_000, minute, 2)
    expect(next).toBeGreaterThanOrEqual(minute + 100)
    expect(next).toBeLessThan(minute + 1_100)
  })

  it('are given to all who ask at once, and no more', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => book(0, 0, 5)))
    expect(all.filter((at) => at === 0)).toHaveLength(5)
    expect(await count(0)).toBe(5)
  })

  it('leave room for others to who asks for fewer, and are counted for each app', async () => {
    const ahead = [await book(0, 0, 2), await book(0, 0, 2), await book(0, 0, 2)]
    expect(ahead).toEqual([0, 0, `wait ${minute}`])
    expect(await book(0, 0, 3)).toBe(0)
    expect(await book(0, 0, 2, 'wx2')).toBe(0)
  })

  it('that came within the last minute are counted, not those that are booked', async () => {
    expect(await count(0)).toBe(0)
    await book(0, 0, 1)
    await book(0, minute, 1)
    expect(await count(0)).toBe(1)
    expect(await count(minute)).toBe(1)
    expect(await count(2 * minute)).toBe(0)
  })

  it('outlive a restart', async () => {
    await book(0, 0, 1)
    const store = await current().restart()
    const turn = { appId, nowMs: beganMs + 1, maxWaitMs: 0, perMinute: 1 }
    expect(await store.reserveSlot(turn)).toEqual({ waitMs: minute - 1 })
    expect(await store.countSlots(appId, beganMs + 1)).toBe(1)
  })

  it('are not held up by a clock that was moved ahead and back', async () => {
    await book(24 * 60 * minute, 0, 1)
    expect(await book(0, 0, 1)).toBe(0)
  })
}
