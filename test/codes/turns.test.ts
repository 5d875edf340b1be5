import { describe, expect, it } from '@jest/globals'
import { createTurns } from '../../server/codes/turns.ts'

const minute = 60_000
function start(limit: number) {
  let nowMs = 1_000_000
  const begin = nowMs
  const turns = createTurns({ now: () => nowMs }, limit)
  return {
    turns,
    pass: (ms: number) => void (nowMs += ms),
    /** When the turn comes, in milliseconds from the beginning. */
    book(maxWaitMs: number, perMinute?: number) {
      const turn = turns.book(maxWaitMs, perMinute)
      return 'atMs' in turn ? turn.atMs - begin : `wait ${turn.waitMs}`
    },
  }
}

describe('turns', () => {
  it('are at once until the minute is full, and then a minute after the first', () => {
    const { book, pass } = start(2)
    expect(book(0)).toBe(0)
    pass(1_000)
    expect(book(0)).toBe(1_000)
    expect(book(0)).toBe(`wait ${minute - 1_000}`)
    expect(book(minute)).toBe(minute)
    expect(book(minute)).toBe(minute + 1_000)
  })

  it('that nobody waits for are not booked', () => {
    const { book, pass } = start(1)
    book(0)
    for (let time = 0; time < 10; time++) expect(book(10_000)).toBe(`wait ${minute}`)
    pass(50_000)
    expect(book(10_000)).toBe(minute)
    expect(book(10_000)).toBe(`wait ${minute + 10_000}`)
  })

  it('are never more than the limit in any sixty seconds, whoever asks when', () => {
    const { book, pass } = start(3)
    const booked: number[] = []
    for (let step = 0; step < 400; step++) {
      const at = book((step * 7_919) % 30_000, step % 3 === 0 ? 2 : undefined)
      if (typeof at === 'number') booked.push(at)
      pass((step * 104_729) % 9_000)
    }
    expect(booked.length).toBeGreaterThan(50)
    expect([...booked].sort((a, b) => a - b)).toEqual(booked)
    const spans = booked.slice(3).map((at, n) => at - booked[n]!)
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(minute)
  })

  it('leave room for others to who asks for fewer', () => {
    const { book } = start(3)
    expect([book(0, 2), book(0, 2), book(0, 2)]).toEqual([0, 0, `wait ${minute}`])
    expect(book(0)).toBe(0)
  })

  it('that came within the last minute are counted, not those that are booked', () => {
    const { turns, book, pass } = start(1)
    book(0)
    book(minute)
    expect(turns.used()).toBe(1)
    pass(minute)
    expect(turns.used()).toBe(1)
    pass(minute)
    expect(turns.used()).toBe(0)
  })
})
