import { describe, expect, it } from '@jest/globals'
import { lintTemplate } from '../../server/templates/lint.ts'
import { goodKeywords, goodTitles } from './good-templates.ts'

/** At most so many of the good ones. */
const maxRate = 0.02

async function falseAlarms<Text>(
  texts: readonly Text[],
  problemsOf: (text: Text) => Promise<readonly object[]>,
) {
  const problems = await Promise.all(texts.map(problemsOf))
  const alarms = texts.filter((_, index) => problems[index]!.length > 0)
  return { alarms, rate: alarms.length / texts.length }
}

describe('the rate of false alarms', () => {
  it('is at most 2 % of the titles of real templates', async () => {
    expect(new Set(goodTitles).size).toBe(goodTitles.length)
    expect(goodTitles.length).toBeGreaterThanOrEqual(160)
    const { alarms, rate } = await falseAlarms(goodTitles, (title) =>
      lintTemplate({ title, keywords: [] }),
    )
    expect({ alarms, isLow: rate <= maxRate }).toEqual({ alarms: [], isLow: true })
  })

  it('is at most 2 % of their keywords', async () => {
    expect(new Set(goodKeywords).size).toBe(goodKeywords.length)
    expect(goodKeywords.length).toBeGreaterThanOrEqual(100)
    const { alarms, rate } = await falseAlarms(goodKeywords, (name) =>
      lintTemplate({ title: '购买成功通知', keywords: [name] }),
    )
    expect({ alarms, isLow: rate <= maxRate }).toEqual({ alarms: [], isLow: true })
  })

  it('is none of the pairs of titles, but for those that mean the same', async () => {
    const { alarms } = await falseAlarms(pairsOf(goodTitles), ([title, other]) =>
      lintTemplate({ title, keywords: [], otherTitles: [other] }),
    )
    expect(alarms).toEqual([
      ['下单成功通知', '购买成功通知'],
      ['缴费成功通知', '付款成功通知'],
    ])
  })

  it('is none of the pairs of keywords, but for those that mean the same', async () => {
    const { alarms } = await falseAlarms(pairsOf(goodKeywords), (keywords) =>
      lintTemplate({ title: '购买成功通知', keywords }),
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
