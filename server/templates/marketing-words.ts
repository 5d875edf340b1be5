/** The words of rule 1.6 (seeds/001 审核说明): those that the page names, and others of their kinds. */
import { lintRules } from '../rules/templates.ts'

interface MarketingWord {
  word: string
  /** `sure`: the page names it. */
  certainty: 'sure' | 'maybe'
  /** After these characters the word is part of another one. */
  notAfter?: string
}

const named = '优惠 返利 商品更新 优惠券 代金券 红包 会员卡 积分 活动 消费优惠 购物返利 营销'.split(
  ' ',
)
const alike = (
  '促销 折扣 打折 特价 特惠 秒杀 抢购 团购 拼团 砍价 满减 减免券 抵扣券 抵用券 折扣券 礼券 返现 ' +
  '上架 降价 跌价 低价 特卖 预售 开售 开抢 首发 新款 爆款 热卖 热销 领券 用券 购物津贴 满赠 买赠 拼购 拼单 助力 有礼 好礼 豪礼 ' +
  '下架 补货 调价 涨价 立减 直降 钜惠 巨惠 返佣 拉新 元购 购物节 周年庆 店庆 狂欢 好物 VIP vip 贵宾 ' +
  '券 劵 上新 新品 福利 抽奖 中奖 大奖 奖品 礼品 礼包 赠品 赠送 免费领 限时 大促 清仓 甩卖 让利 会员 推广 广告 双11 双十一'
).split(' ')

/** Characters after which a word is part of another: 面积分摊, 生活动态, 委员会员工, 证券. */
const notAfter: Record<string, string> = {
  积分: '面',
  活动: '生',
  会员: '员',
  券: '证债国',
  助力: '辅协',
  开抢: '杀',
}

const words: readonly MarketingWord[] = [
  ...named.map((word) => ({ word, certainty: 'sure' as const })),
  ...alike.map((word) => ({ word, certainty: 'maybe' as const })),
]
  .map((one) => ({ ...one, ...(notAfter[one.word] && { notAfter: notAfter[one.word]! }) }))
  // The longest first, so that 优惠券 matches as one word and not as 优惠.
  .sort((a, b) => b.word.length - a.word.length)

/** One expression of all words, so that a text is read once. */
const anyWord = new RegExp(
  words.map(({ word, notAfter: other }) => (other ? `(?<![${other}])${word}` : word)).join('|'),
  'g',
)
const certainties = new Map(words.map(({ word, certainty }) => [word, certainty]))

/**
 * The marketing words of a text in their order, each once. It reads the first 500 characters: no
 * template shows more.
 */
export function findMarketing(text: string): { word: string; certainty: 'sure' | 'maybe' }[] {
  const found = new Set(plainOf(text).match(anyWord))
  return [...found].map((word) => ({ word, certainty: certainties.get(word)! }))
}

/** Reads 红 包, 红-包 and 红*包 as 红包, and full-width letters and digits as plain ones. */
const plainOf = (text: string) =>
  text
    .slice(0, lintRules.marketing.characters)
    .normalize('NFKC')
    .slice(0, lintRules.marketing.characters)
    .replaceAll(/(?<=\p{Script=Han})[\s\p{P}\p{S}\p{Cf}]+(?=\p{Script=Han})/gu, gap)

/** Drops marks within words. A comma or a full stop ends a word. */
const gap = (between: string) => (/[,.;:!?、。]/.test(between) ? between : '')
