import { describe, expect, it } from '@jest/globals'
import { findMarketing } from '../../server/templates/marketing-words.ts'

const marketingWords = (text: string) => findMarketing(text).map(({ word }) => word)

describe('marketing words', () => {
  it('are found in the order of the text, each once and whole', () => {
    expect(marketingWords('领优惠券，再领优惠券，另有红包和优惠')).toEqual([
      '优惠券',
      '红包',
      '优惠',
    ])
  })

  it.each(['红 包', '红-包', '红\u200b包', '红★包'])(
    'are found with marks between the characters: %s',
    (text) => {
      expect(marketingWords(`送您一个${text}`)).toEqual(['红包'])
    },
  )

  it.each([
    '公摊面积分摊通知',
    '校园生活动态提醒',
    '居民委员会员工大会',
    '穿红，包邮',
    '粤海喜来登酒店',
    '',
  ])('are not found in other words: %s', (text) => expect(marketingWords(text)).toEqual([]))

  it('are searched in linear time', () => {
    expect(marketingWords('好'.repeat(50_000))).toEqual([])
  })
})
