import { describe, expect, it } from '@jest/globals'
import { createRateLimit } from '../../server/limits/limits.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import { createFakeWorld } from '../support/fake-world.ts'

function limitOf(perMinute: number) {
  const world = createFakeWorld()
  const store = createSqliteStore({ path: ':memory:', world })
  const limit = createRateLimit(store, 'user', perMinute)
  const take = async (times: number, key = 'alice') => {
    const taken = await Promise.all(Array.from({ length: times }, () => limit.take(key)))
    return taken.at(-1)
  }
  return { take, advance: (ms: number) => world.monotonic.advance(ms) }
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
})
