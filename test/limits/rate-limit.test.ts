import { describe, expect, it } from '@jest/globals'
import { createRateLimit } from '../../server/limits/limits.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import { StoreUnavailableError, type RequestStore } from '../../server/store/store.ts'
import { createFakeWorld } from '../support/fake-world.ts'

function limitOf(perMinute: number, processes = 1) {
  const world = createFakeWorld()
  const store = createSqliteStore({ path: ':memory:', world })
  let asked = 0
  let isAway = false
  const counted: RequestStore = {
    async countRequest(input) {
      asked += 1
      if (isAway) throw new StoreUnavailableError('away')
      return store.countRequest(input)
    },
  }
  const { monotonic } = world
  const limits = Array.from({ length: processes }, () =>
    createRateLimit({ store: counted, monotonic, name: 'user', perMinute }),
  )
  /** The answers to so many requests at once, spread over the processes. */
  const takeAll = (times: number, key = 'alice') =>
    Promise.all(Array.from({ length: times }, (_, n) => limits[n % processes]!.take(key)))
  const admitted = async (times: number) =>
    (await takeAll(times)).filter((wait) => wait === undefined).length
  const take = async (times: number, key?: string) => (await takeAll(times, key)).at(-1)
  return {
    take,
    admitted,
    asked: () => asked,
    takeAway: (away: boolean) => void (isAway = away),
    advance: (ms: number) => monotonic.advance(ms),
  }
}

describe('a limit by the minute', () => {
  it('admits that many requests, and returns the wait for the next one', async () => {
    const { take } = limitOf(60)
    expect(await take(60)).toBeUndefined()
    expect(await take(1)).toBe(60)
  })

  it('counts each key separately', async () => {
    const { take } = limitOf(1)
    await take(5, 'alice')
    expect(await take(1, 'bob')).toBeUndefined()
  })

  it('returns whole seconds, never zero, and admits a request after them', async () => {
    const { take, advance } = limitOf(1)
    await take(1)
    advance(59_999)
    expect(await take(1)).toBe(1)
    advance(1)
    expect(await take(1)).toBeUndefined()
  })

  it('does not ask the database about a key that is over it', async () => {
    const { take, asked } = limitOf(5)
    await take(6)
    const before = asked()
    expect(await take(1_000)).toBe(60)
    expect(asked()).toBe(before)
  })

  it('admits exactly as many as a high limit, and counts a hundred times', async () => {
    const { admitted, asked, advance } = limitOf(1_015)
    expect(await admitted(400)).toBe(400)
    expect(await admitted(1_000)).toBe(615)
    expect(asked()).toBeLessThanOrEqual(103)
    advance(60_000)
    expect(await admitted(1)).toBe(1)
  })

  it('is never passed by several processes, and each leaves at most one share unused', async () => {
    const { admitted } = limitOf(500, 3)
    const all = await admitted(1_500)
    expect(all).toBeLessThanOrEqual(500)
    expect(all).toBeGreaterThanOrEqual(500 - 3 * 5)
  })

  it.each([5, 300])('of %i refuses nothing while the database is away', async (perMinute) => {
    const { admitted, takeAway, take } = limitOf(perMinute)
    takeAway(true)
    expect(await admitted(3 * perMinute)).toBe(3 * perMinute)
    takeAway(false)
    await take(2 * perMinute)
    expect(await take(1)).toBeGreaterThan(0)
  })
})
