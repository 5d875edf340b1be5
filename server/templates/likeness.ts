import leven from 'leven'
import { lintRules } from '../rules/templates.ts'

/** How alike two titles or two keywords are: a guess by characters, not by meaning. */

/** Synonyms in titles and keywords: the first of each row replaces the others. */
const synonyms = [
  '提醒 通知 提示 通告 告知',
  '支付 付款 缴费 缴款 交费',
  '购买 下单 订购',
  '预约 预定 预订',
  '完成 完毕',
  '时间 日期 时刻',
  // Before the telephone: 手机号码 becomes 手机号.
  '号 编号 号码 序号',
  '电话 联系电话 联系方式 联系手机号 联系手机 手机号 手机',
  '地点 地址 位置',
  '金额 价格 费用 价钱 价款',
  '总金额 合计金额 总价 总额 总计 合计',
  '姓名 名字',
  '联系人 联系人姓名',
  '收货 收件',
  '状态 进度',
  '学生 学员',
  '员工 职工 职员',
  '备注 备注信息 说明 注释',
  '商品 产品 物品 货品 货物',
  '客户 顾客 买家 客人',
  '商家 商户 店铺 门店 店家',
  '老师 教师 导师',
  '医生 医师 大夫',
  '课程 课目',
  '原因 理由 缘由 事由',
  '数量 个数 件数 数目',
  '结束 截止 终止 到期',
  '开始 起始',
  '等级 级别',
  '类型 类别 种类 分类',
  '取消 撤销',
  '快递 物流 运单',
  '账户 帐户 账号 帐号',
].map((row) => row.split(' '))

/** Words that make two texts different, however alike the rest is. */
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

/** Words that make no difference. */
const fillers = /提醒$|您的|我的|用户的?|微信|小程序|的|了/g

/** Without differences of full-width letters, case and spaces. */
export const normalized = (text: string) =>
  text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()

/** A text as it is compared. Made once: every pair needs it. */
export interface Comparable {
  text: string
  /** Normalized. */
  plain: string
  /** Without synonyms and words that make no difference. */
  core: string
}

export function comparable(text: string): Comparable {
  const plain = normalized(text)
  return { text, plain, core: coreOf(plain) }
}

/**
 * Whether two texts seem to mean the same in other words. False for equal ones, and for 成功 beside
 * 失败.
 */
export function looksAlike(a: Comparable, b: Comparable): boolean {
  const [one, other] = [a.core, b.core]
  if (a.plain === b.plain) return false
  if (one === other) return true
  if (opposites.some(([x, y]) => isOpposed(one, other, x!, y!))) return false
  // A short word that differs by one character means another thing: 开始时间, 开放时间.
  const { minCharacters, maxDistance } = lintRules.likeness
  const longest = Math.max(one.length, other.length)
  if (longest < minCharacters) return false
  const most = Math.floor(longest * maxDistance)
  // It gives up above `maxDistance`, and returns that then.
  return leven(one, other, { maxDistance: most + 1 }) <= most
}

/** Whether one text has only `x` and the other only `y`. */
function isOpposed(one: string, other: string, x: string, y: string): boolean {
  const hasOnly = (text: string, word: string, without: string) =>
    text.includes(word) && !text.includes(without)
  return (
    (hasOnly(one, x, y) && hasOnly(other, y, x)) || (hasOnly(one, y, x) && hasOnly(other, x, y))
  )
}

function coreOf(plain: string): string {
  const core = synonyms.reduce(
    (rest, [first, ...others]) => others.reduce((r, word) => r.replaceAll(word, first!), rest),
    plain,
  )
  return core.replaceAll(fillers, '') || core
}
