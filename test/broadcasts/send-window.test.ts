import { describe, expect, it } from '@jest/globals'
import { createNextOpening } from '../../server/broadcasts/send-window.ts'

const window = (from: number, until: number, timeZone: string) =>
  createNextOpening({ fromMinute: from * 60, untilMinute: until * 60, timeZone })
const opening = (next: (ms: number) => number, at: string) =>
  new Date(next(Date.parse(at))).toISOString()

describe('a send window', () => {
  const day = window(9, 21, 'Asia/Shanghai')

  it.each([
    ['is open from its first minute on', '2026-06-01T09:00:00+08:00', '2026-06-01T01:00:00.000Z'],
    ['is open within', '2026-06-01T12:34:56.789+08:00', '2026-06-01T04:34:56.789Z'],
    ['opens in the morning', '2026-06-01T08:59:59.999+08:00', '2026-06-01T01:00:00.000Z'],
    ['opens on the next day', '2026-06-01T21:00:00+08:00', '2026-06-02T01:00:00.000Z'],
  ])('%s', (_, at, opens) => {
    expect(opening(day, at)).toBe(opens)
  })

  it('may go across midnight', () => {
    const night = window(22, 2, 'Asia/Shanghai')
    expect(opening(night, '2026-06-01T01:59:59+08:00')).toBe('2026-05-31T17:59:59.000Z')
    expect(opening(night, '2026-06-01T02:00:00+08:00')).toBe('2026-06-01T14:00:00.000Z')
  })

  it.each([
    // New York: 2026-03-08 02:00 becomes 03:00, and 2026-11-01 02:00 becomes 01:00.
    ['on the day on which clocks go forward', 9, '2026-03-08T00:30:00-05:00', '2026-03-08T13:00'],
    ['on the day on which clocks go back', 9, '2026-11-01T00:30:00-04:00', '2026-11-01T14:00'],
  ])('opens at the local hour %s', (_, from, at, opens) => {
    const next = window(from, 21, 'America/New_York')
    expect(opening(next, at)).toBe(`${opens}:00.000Z`)
  })

  it('of an hour opens on the day on which clocks go forward', () => {
    const next = window(9, 10, 'America/New_York')
    expect(opening(next, '2026-03-08T00:30:00-05:00')).toBe('2026-03-08T13:00:00.000Z')
  })

  it('whose first hour is skipped opens when the clocks have gone forward', () => {
    const next = window(2, 5, 'America/New_York')
    expect(opening(next, '2026-03-08T01:10:00-05:00')).toBe('2026-03-08T07:00:00.000Z')
  })

  it('that is skipped as a whole opens a day later', () => {
    const next = window(2, 3, 'America/New_York')
    expect(opening(next, '2026-03-08T01:10:00-05:00')).toBe('2026-03-09T06:00:00.000Z')
  })

  it('opens twice where its hour comes twice', () => {
    const next = window(1, 2, 'America/New_York')
    expect(opening(next, '2026-11-01T01:30:00-04:00')).toBe('2026-11-01T05:30:00.000Z')
    expect(opening(next, '2026-11-01T01:30:00-05:00')).toBe('2026-11-01T06:30:00.000Z')
  })

  it('never opens before it is asked, at whatever minute of a year', () => {
    for (const timeZone of ['America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
      const next = window(2, 4, timeZone)
      for (let ms = Date.UTC(2026, 0); ms < Date.UTC(2027, 0); ms += 7_777_777) {
        const openMs = next(ms)
        expect(openMs).toBeGreaterThanOrEqual(ms)
        expect(next(openMs)).toBe(openMs)
        expect(openMs - ms).toBeLessThanOrEqual(47 * 3_600_000)
      }
    }
  })
})
