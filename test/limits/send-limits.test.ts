import { describe, expect, it } from '@jest/globals'
import { createSendLimits } from '../../server/limits/limits.ts'

const at = (iso: string) => Date.parse(iso)
const night = { fromMinute: 22 * 60, untilMinute: 8 * 60 }
const noon = { fromMinute: 12 * 60, untilMinute: 13 * 60 + 30 }

describe('quiet hours', () => {
  const limitOf = createSendLimits({ quietHours: night })

  it.each([
    ['2018-06-01T21:59:59+08:00', undefined],
    ['2018-06-01T22:00:00+08:00', 'quiet_hours'],
    ['2018-06-02T00:00:00+08:00', 'quiet_hours'],
    ['2018-06-02T07:59:59+08:00', 'quiet_hours'],
    ['2018-06-02T08:00:00+08:00', undefined],
  ])('across midnight in Shanghai: %s is %s', (time, code) => {
    expect(limitOf('template', at(time)).closed?.code).toBe(code)
  })

  it.each([
    ['2018-06-01T11:59:00+01:00', undefined],
    ['2018-06-01T12:00:00+01:00', 'quiet_hours'],
    ['2018-06-01T13:29:59+01:00', 'quiet_hours'],
    ['2018-06-01T13:30:00+01:00', undefined],
  ])('within a day, in the zone that is set, summer time included: %s is %s', (time, code) => {
    const inLondon = createSendLimits({ quietHours: noon, timeZone: 'Europe/London' })
    expect(inLondon('subscribe', at(time)).closed?.code).toBe(code)
  })

  it('name their end, and do not bound customer service', () => {
    const nowMs = at('2018-06-02T00:00:00+08:00')
    expect(limitOf('template', nowMs).closed?.detail).toMatch(/08:00 \(Asia\/Shanghai\)/)
    expect(limitOf('customer', nowMs)).toEqual({})
  })
})

describe('the limit by the day', () => {
  const limitOf = createSendLimits({ limitPerUserDay: 3 })

  it('counts by the days of the zone', () => {
    const dayOf = (time: string) => limitOf('template', at(time)).perDay?.day
    const first = dayOf('2018-06-01T00:00:00+08:00')!
    expect(dayOf('2018-06-01T23:59:59+08:00')).toBe(first)
    expect(dayOf('2018-06-02T00:00:00+08:00')).toBe(first + 1)
    expect(dayOf('2018-07-01T12:00:00+08:00')).toBe(first + 30)
  })

  it('names its number, and does not bound customer service', () => {
    const nowMs = at('2018-06-01T12:00:00Z')
    const { perDay, closed } = limitOf('subscribe', nowMs)
    expect(perDay).toMatchObject({ most: 3, ifOver: { code: 'user_limit' } })
    expect(closed).toBeUndefined()
    expect(limitOf('customer', nowMs)).toEqual({})
  })
})

it('without settings, nothing is limited', () => {
  expect(createSendLimits({})('template', at('2018-06-02T00:00:00+08:00'))).toEqual({})
})
