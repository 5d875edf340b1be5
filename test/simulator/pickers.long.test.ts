/** `<picker>` of every mode on a simulated phone, in both languages. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const picker = (name: string, attributes: string) =>
  `<picker ${attributes} bindchange="note" bindcancel="note" bindcolumnchange="note">` +
  `<view>${name}</view></picker>`

/** The second column follows the first, as in the platform's own example. */
const multi = `Page({
  data: { heard: [], value: [0, 1], range: [['fish', 'birds'], ['carp', 'trout']] },
  note({ type, detail }) { this.setData({ heard: this.data.heard.concat([[type, detail]]) }) },
  moved(event) {
    this.note(event)
    if (event.detail.column !== 0) return
    this.setData({ 'range[1]': ['swan', 'swift', 'stork'], value: [event.detail.value, 0] })
  },
})`

let played: PlayedPages
beforeAll(async () => {
  played = await playPages({
    dates: [
      picker('day', 'mode="date" value="2016-02-29" start="2015-09-01" end="2017-09-01"'),
      picker('month', 'mode="date" fields="month" value="2016-02" header-text="When"'),
      picker('year', 'mode="date" fields="year" value="2016"'),
      picker('today', 'mode="date"'),
      picker('time', 'mode="time" value="12:01" start="09:01" end="21:01"'),
      picker('never', 'mode="date" disabled'),
    ].join('\n'),
    regions: [
      picker(
        'region',
        `mode="region" value="{{['广东省', '广州市', '海珠区']}}" custom-item="全部"`,
      ),
      picker('city', 'mode="region" level="city"'),
    ].join('\n'),
    selectors: [
      picker('plain', `range="{{['red', 'green']}}" value="1"`),
      picker(
        'objects',
        `range="{{[{id: 1, name: 'one'}, {id: 2, name: 'two'}]}}" range-key="name"`,
      ),
    ].join('\n'),
    multi: [
      '<picker mode="multiSelector" range="{{range}}" value="{{value}}" ' +
        'bindchange="note" bindcolumnchange="moved"><view>several</view></picker>',
      multi,
    ],
  })
})
afterAll(() => played.stop())

const panel = async () => (await played.phone.frame()).locator('.ui-panel')

const column = async (n: number) => (await panel()).locator('.ui-picker-column').nth(n)

const texts = async (n: number) => (await column(n)).locator('.ui-picker-item').allInnerTexts()

const chosen = async () =>
  (await panel()).locator('.ui-picker-item[aria-selected="true"]').allInnerTexts()

const choose = async (n: number, text: string) =>
  (await column(n)).getByText(text, { exact: true }).click()

async function confirm(): Promise<void> {
  await (await panel()).getByText('确定').click()
}

describe('a picker of dates', () => {
  beforeEach(() => played.open('dates'))

  it('has the parts of a day, and gives it as text', async () => {
    await played.phone.tap('day')
    expect(await chosen()).toEqual(['2016年', '2月', '29日'])
    expect(await texts(0)).toEqual(['2015年', '2016年', '2017年'])
    await choose(0, '2017年')
    expect(await chosen()).toEqual(['2017年', '2月', '28日'])
    await choose(1, '9月')
    expect(await texts(2)).toEqual(['1日'])
    await confirm()
    expect(await played.heard()).toEqual([['change', { value: '2017-09-01' }]])
  })

  it('takes what a finger brings to the middle', async () => {
    await played.phone.tap('day')
    await (await column(1)).evaluate((list) => list.scrollTo({ top: 44 * 4 }))
    await (await panel()).locator('[aria-selected="true"]').getByText('5月').waitFor()
    await confirm()
    expect(await played.heard()).toEqual([['change', { value: '2016-05-29' }]])
  })

  it('ends at the month or at the year by its fields, and has its header', async () => {
    await played.phone.tap('month')
    await played.phone.sees('When')
    await choose(1, '11月')
    await confirm()
    await played.phone.tap('year')
    await choose(0, '2018年')
    await confirm()
    expect(await played.heard()).toEqual([
      ['change', { value: '2016-11' }],
      ['change', { value: '2018' }],
    ])
  })

  it('begins at the day of the phone where it has no value', async () => {
    const today = await (
      await played.phone.frame()
    ).evaluate(() => {
      const now = new Date()
      return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    })
    await played.phone.tap('today')
    const [year, month, day] = today
    expect(await chosen()).toEqual([`${year}年`, `${month}月`, `${day}日`])
  })

  it('gives a time between its start and its end', async () => {
    await played.phone.tap('time')
    expect(await chosen()).toEqual(['12', '01'])
    await choose(0, '21')
    expect(await texts(1)).toEqual(['00', '01'])
    await confirm()
    expect(await played.heard()).toEqual([['change', { value: '21:01' }]])
  })

  it('tells that the user cancelled, also by a tap beside the panel', async () => {
    await played.phone.tap('time')
    await (await panel()).getByText('取消').click()
    await played.phone.tap('time')
    const cover = (await played.phone.frame()).locator('.ui-cover')
    await cover.click({ position: { x: 20, y: 20 } })
    expect(await (await panel()).count()).toBe(0)
    expect((await played.heard()).map(([type]) => type)).toEqual(['cancel', 'cancel'])
  })

  it('does not open while it is disabled', async () => {
    await played.phone.tap('never')
    expect(await (await panel()).count()).toBe(0)
    expect(await played.heard()).toEqual([])
  })
})

describe('a picker of regions', () => {
  beforeEach(() => played.open('regions'))

  it('begins at the names of its value, and gives names with their codes', async () => {
    await played.phone.tap('region')
    expect(await chosen()).toEqual(['广东省', '广州市', '海珠区'])
    await choose(1, '深圳市')
    await choose(2, '南山区')
    await confirm()
    expect(await played.heard()).toEqual([
      ['change', { value: ['广东省', '深圳市', '南山区'], code: ['440000', '440300', '440305'] }],
    ])
  })

  it('offers its custom item first in each column', async () => {
    await played.phone.tap('region')
    await choose(0, '北京市')
    // Those below begin anew.
    expect(await chosen()).toEqual(['北京市', '全部', '全部'])
    expect((await texts(0))[0]).toBe('全部')
    await confirm()
    const [[, detail]] = (await played.heard()) as [[string, { value: string[] }]]
    expect(detail.value).toEqual(['北京市', '全部', '全部'])
  })

  it('ends at its level', async () => {
    await played.phone.tap('city')
    await choose(0, '天津市')
    await confirm()
    const [[, detail]] = (await played.heard()) as [[string, { value: string[] }]]
    expect(detail).toEqual({ value: ['天津市', '天津市'], code: ['120000', '120100'] })
  })
})

describe('a picker of a list', () => {
  it('shows texts, or a member of objects, and gives the index', async () => {
    await played.open('selectors')
    await played.phone.tap('plain')
    expect(await chosen()).toEqual(['green'])
    await choose(0, 'red')
    await confirm()
    await played.phone.tap('objects')
    expect(await texts(0)).toEqual(['one', 'two'])
    await choose(0, 'two')
    await confirm()
    expect(await played.heard()).toEqual([
      ['change', { value: 0 }],
      ['change', { value: 1 }],
    ])
  })
})

describe('a picker of several columns', () => {
  it('tells each change of a column, and follows the texts that the page then sets', async () => {
    await played.open('multi')
    await played.phone.tap('several')
    expect(await chosen()).toEqual(['fish', 'trout'])
    await choose(0, 'birds')
    expect(await texts(1)).toEqual(['swan', 'swift', 'stork'])
    expect(await chosen()).toEqual(['birds', 'swan'])
    await choose(1, 'stork')
    await confirm()
    expect(await played.heard()).toEqual([
      ['columnchange', { column: 0, value: 1 }],
      ['columnchange', { column: 1, value: 2 }],
      ['change', { value: [1, 2] }],
    ])
  })
})
