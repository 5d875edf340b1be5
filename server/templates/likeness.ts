import leven from 'leven'

/** How alike two titles or two keywords are: a guess by characters, not by sense. */

/** Words that stand for one another in titles and keywords: the first of each row stands for all. */
const synonyms = [
  '提醒 通知 提示 通告 告知',
  '支付 付款 缴费 缴款 交费',
  '购买 下单 订购',
  '预约 预定 预订',
  '完成 完毕',
  '时间 日期 时刻',
  // Before the telephone: 手机号码 becomes 手机号.
  '号 编号 号码 序号',
  '电话 手机号 手机 联系方式',
  '地点 地址 位置',
  '金额 价格 费用 价钱',
  '姓名 名字',
  '备注 说明 注释',
].map((row) => row.split(' '))

/** Words that tell everything apart, however alike the rest. */
const opposites = [
  '成功 失败',
  '开始 结束',
  '通过 拒绝',
  '通过 驳回',
  '入 出',
  '借 还',
  '寄 取',
  '上 下',
  '首 末',
].map((row) => row.split(' '))

/** Words that tell nothing apart. */
const fillers = /提醒$|您的|我的|用户的?|微信|小程序|的|了/g

/** The same word in every way that counts: full-width letters, case and spaces aside. */
export const normalized = (text: string) =>
  text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()

/** True for what looks like the same in other words; not for equal ones, and not for 成功 beside 失败. */
export function looksAlike(a: string, b: string): boolean {
  const [one, other] = [coreOf(a), coreOf(b)]
  if (normalized(a) === normalized(b)) return false
  if (one === other) return true
  if (opposites.some(([x, y]) => tells(x!, y!))) return false
  // Short words differ by one character and mean another thing: 开始时间, 开放时间.
  const longest = Math.max(one.length, other.length)
  return longest >= 5 && leven(one, other) / longest <= 0.25

  function tells(x: string, y: string) {
    const has = [one.includes(x), one.includes(y), other.includes(x), other.includes(y)].join()
    return has === 'true,false,false,true' || has === 'false,true,true,false'
  }
}

function coreOf(text: string): string {
  const plain = normalized(text)
  const core = synonyms.reduce(
    (rest, [first, ...others]) => others.reduce((r, word) => r.replaceAll(word, first!), rest),
    plain,
  )
  return core.replaceAll(fillers, '') || core
}
