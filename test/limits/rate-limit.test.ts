import { describe, expect, it } from '@jest/globals'
import { createRateLimit } from '../../server/limits/rate-limit.ts'

function limitOf(perMinute: number) {
  let nowMs = 0
  const limit = createRateLimit(perMinute, { now: () => nowMs })
  const take = (times: number, key = 'alice') =>
    Array.from({ length: times }, () => limit.take(key)).at(-1)
  return { take, advance: (ms: number) => void (nowMs += ms) }
}

describe('so many a minute', () => {
  it('lets them through, and tells the next one how long to wait', () => {
    const { take } = limitOf(60)
    expect(take(60)).toBeUndefined()
    expect(take(1)).toBe(60)
  })

  it('counts each key by itself', () => {
    const { take } = limitOf(1)
    take(5, 'alice')
    expect(take(1, 'bob')).toBeUndefined()
  })

  it('tells whole seconds, never zero, and lets through after them', () => {
    const { take, advance } = limitOf(1)
    take(1)
    advance(59_999)
    expect(take(1)).toBe(1)
    advance(1)
    expect(take(1)).toBeUndefined()
  })
})
