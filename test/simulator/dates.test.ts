/** The columns of dates and times, without a browser. */
import { describe, expect, it } from '@jest/globals'
import {
  createDateColumns,
  datePartsTo,
  timeParts,
  type DateRequest,
} from '../../web/simulator/browser/phone/components/dates.ts'

const request: DateRequest = {
  parts: datePartsTo('day'),
  value: '',
  start: '',
  end: '',
  now: new Date(2018, 8, 1, 7, 5),
  textOf: (_, value) => String(value),
}
const columnsOf = (given: Partial<DateRequest>) => createDateColumns({ ...request, ...given })

describe('the columns of a date', () => {
  it('begin at the value, and without one that can be read at today', () => {
    expect(columnsOf({ value: '2016-02-29' }).value()).toBe('2016-02-29')
    expect(columnsOf({ value: '' }).value()).toBe('2018-09-01')
    expect(columnsOf({ value: 'tomorrow' }).value()).toBe('2018-09-01')
  })

  it('end at the part that fields names', () => {
    expect(columnsOf({ parts: datePartsTo('year'), value: '2016-09-01' }).value()).toBe('2016')
    expect(columnsOf({ parts: datePartsTo('month'), value: '2016-09-01' }).value()).toBe('2016-09')
    expect(columnsOf({ parts: datePartsTo('month'), value: '2016-09' }).texts()).toHaveLength(2)
    expect(datePartsTo('another')).toEqual(['year', 'month', 'day'])
  })

  it('have the days of their month, to which a later day falls back', () => {
    const columns = columnsOf({ value: '2016-01-31', start: '2016-01-01', end: '2017-12-31' })
    expect(columns.texts()[2]).toHaveLength(31)
    columns.choose(1, 1)
    expect(columns.value()).toBe('2016-02-29')
    columns.choose(0, 1)
    expect(columns.value()).toBe('2017-02-28')
    expect(columns.texts()[2]).toHaveLength(28)
  })

  it('offer nothing before the start or after the end', () => {
    const columns = columnsOf({ value: '2010-01-01', start: '2015-11-30', end: '2016-02-02' })
    expect(columns.value()).toBe('2015-11-30')
    expect(columns.texts()).toEqual([['2015', '2016'], ['11', '12'], ['30']])
    columns.choose(1, 1)
    expect(columns.texts()[2]![0]).toBe('1')
    expect(columns.value()).toBe('2015-12-30')
    columns.choose(0, 1)
    expect(columns.texts()).toEqual([
      ['2015', '2016'],
      ['1', '2'],
      ['1', '2'],
    ])
    expect(columns.value()).toBe('2016-02-02')
    expect(columns.chosen()).toEqual([1, 1, 1])
  })

  it('keep to limits that name no day', () => {
    const columns = columnsOf({ value: '2016-05-05', start: '2016', end: '2016-05' })
    expect(columns.texts().map(({ length }) => length)).toEqual([1, 5, 31])
  })
})

describe('the columns of a time', () => {
  it('begin at the value, else at the time of the clock', () => {
    expect(columnsOf({ parts: timeParts, value: '12:01' }).value()).toBe('12:01')
    expect(columnsOf({ parts: timeParts }).value()).toBe('07:05')
  })

  it('offer nothing before the start or after the end', () => {
    const columns = columnsOf({ parts: timeParts, value: '23:59', start: '09:30', end: '10:15' })
    expect(columns.value()).toBe('10:15')
    columns.choose(0, 0)
    expect(columns.value()).toBe('09:30')
    expect(columns.texts()[1]).toHaveLength(30)
  })
})
