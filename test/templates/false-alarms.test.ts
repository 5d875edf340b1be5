import { describe, expect, it } from '@jest/globals'
import { lintTemplate } from '../../server/templates/lint.ts'
import { goodKeywords, goodTitles } from './good-templates.ts'

/** At most so many of the good ones. */
const maxRate = 0.02

function falseAlarms(texts: readonly string[], problemsOf: (text: string) => readonly object[]) {
  const alarms = texts.filter((text) => problemsOf(text).length > 0)
  return { alarms, rate: alarms.length / texts.length }
}

describe('the rate of false alarms', () => {
  it('is at most 2 % of the titles of real templates', () => {
    expect(new Set(goodTitles).size).toBe(goodTitles.length)
    expect(goodTitles.length).toBeGreaterThanOrEqual(160)
    const { alarms, rate } = falseAlarms(goodTitles, (title) =>
      lintTemplate({ title, keywords: [] }),
    )
    expect({ alarms, isLow: rate <= maxRate }).toEqual({ alarms: [], isLow: true })
  })

  it('is at most 2 % of their keywords', () => {
    expect(new Set(goodKeywords).size).toBe(goodKeywords.length)
    expect(goodKeywords.length).toBeGreaterThanOrEqual(100)
    const { alarms, rate } = falseAlarms(goodKeywords, (name) =>
      lintTemplate({ title: '购买成功通知', keywords: [name] }),
    )
    expect({ alarms, isLow: rate <= maxRate }).toEqual({ alarms: [], isLow: true })
  })

  it('is none of the pairs of titles, but for those that mean the same', () => {
    const alarms = pairsOf(goodTitles).filter(
      ([title, other]) => lintTemplate({ title, keywords: [], otherTitles: [other] }).length > 0,
    )
    expect(alarms).toEqual([
      ['下单成功通知', '购买成功通知'],
      ['缴费成功通知', '付款成功通知'],
    ])
  })

  it('is none of the pairs of keywords, but for those that mean the same', () => {
    const alarms = pairsOf(goodKeywords).filter(
      (keywords) => lintTemplate({ title: '购买成功通知', keywords }).length > 0,
    )
    expect(alarms).toEqual([
      ['订单号', '订单编号'],
      ['下单时间', '购买时间'],
      ['商品名称', '物品名称'],
      ['付款金额', '支付金额'],
      ['手机号码', '联系电话'],
    ])
  })
})

const pairsOf = (texts: readonly string[]) =>
  texts.flatMap((one, index) =>
    texts.slice(0, index).map((other): [string, string] => [one, other]),
  )
