import { describe, expect, it } from '@jest/globals'
import { createCache } from '../../server/runtime/world.ts'
import { createFakeWorld } from '../support/fake-world.ts'

describe('a cache', () => {
  it('drops the least recently used entry, and what is too old', () => {
    const { monotonic } = createFakeWorld()
    const cache = createCache<{ n: number }>(monotonic, { entries: 2, ageMs: 1_000 })
    cache.set('a', { n: 1 })
    cache.set('b', { n: 2 })
    expect(cache.get('a')).toEqual({ n: 1 })
    cache.set('c', { n: 3 })
    expect(cache.get('b')).toBeUndefined()
    expect(cache.get('a')).toEqual({ n: 1 })
    monotonic.advance(1_000)
    expect(cache.get('a')).toBeUndefined()
  })

  it('counts the age from when the value was read, and drops what no longer holds', () => {
    const { monotonic } = createFakeWorld()
    const cache = createCache<{ n: number }>(monotonic, { entries: 2, ageMs: 1_000 })
    const readMs = monotonic.now()
    monotonic.advance(400)
    cache.set('a', { n: 1 }, readMs)
    cache.set('b', { n: 2 })
    cache.drop(({ n }) => n === 2)
    expect(cache.get('b')).toBeUndefined()
    monotonic.advance(599)
    expect(cache.get('a')).toEqual({ n: 1 })
    monotonic.advance(1)
    expect(cache.get('a')).toBeUndefined()
  })
})
