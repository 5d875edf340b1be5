/** The words of rule 1.6 (seeds/001 审核说明): what the page names, and what belongs to the same kinds. */

interface MarketingWord {
  word: string
  /** `sure`: the page names it. */
  certainty: 'sure' | 'maybe'
  /** Where the characters belong to other words. */
  notAfter?: string
}

const named = '优惠 返利 商品更新 优惠券 代金券 红包 会员卡 积分 活动 消费优惠 购物返利 营销'.split(
  ' ',
)
const alike = (
  '促销 折扣 打折 特价 特惠 秒杀 抢购 团购 拼团 砍价 满减 减免券 抵扣券 抵用券 折扣券 礼券 返现 ' +
  '上新 新品 福利 抽奖 中奖 大奖 奖品 礼品 礼包 赠品 赠送 免费领 限时 大促 清仓 甩卖 让利 会员 推广 广告 双11 双十一'
).split(' ')

/** 面积分摊 is of an area, 生活动态 of a life, 委员会员工 of a committee. */
const notAfter: Record<string, string> = { 积分: '面', 活动: '生', 会员: '员' }

const words: readonly MarketingWord[] = [
  ...named.map((word) => ({ word, certainty: 'sure' as const })),
  ...alike.map((word) => ({ word, certainty: 'maybe' as const })),
]
  .map((one) => ({ ...one, ...(notAfter[one.word] && { notAfter: notAfter[one.word]! }) }))
  // The longest first: 优惠券 is one word, not 优惠 beside it.
  .sort((a, b) => b.word.length - a.word.length)

/** One expression of all: a text is read once, and not once for each word. */
const anyWord = new RegExp(
  words.map(({ word, notAfter: other }) => (other ? `(?<!${other})${word}` : word)).join('|'),
  'g',
)
const certainties = new Map(words.map(({ word, certainty }) => [word, certainty]))

/** What of `text` belongs to marketing, in the order in which it stands there, each word once. */
export function findMarketing(text: string): { word: string; certainty: 'sure' | 'maybe' }[] {
  const found = new Set(plainOf(text).match(anyWord))
  return [...found].map((word) => ({ word, certainty: certainties.get(word)! }))
}

/** The marketing words of a text: in a message's data they are a reason to warn, not to refuse. */
export const marketingWords = (text: string): string[] =>
  findMarketing(text).map(({ word }) => word)

/** 红 包, 红-包 and 红*包 are read as 红包, and full-width letters and digits as plain ones. */
const plainOf = (text: string) =>
  text
    .normalize('NFKC')
    .replaceAll(/(?<=\p{Script=Han})[\s\p{P}\p{S}\p{Cf}]+(?=\p{Script=Han})/gu, gap)

/** Only marks within words are dropped: a comma or a full stop ends one. */
const gap = (between: string) => (/[,.;:!?、。]/.test(between) ? between : '')
