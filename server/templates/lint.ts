/** Checks titles and keywords by the rules of WeChat's review (seeds/001 审核说明). */
import type { LintProblem, LintRequest, LintKeyword } from '../../shared/wire/index.ts'
import { lintRules } from '../rules/templates.ts'
import { mapInTurns } from '../runtime/world.ts'
import { exampleProblem } from './examples.ts'
import { comparable, looksAlike, normalized, type Comparable } from './likeness.ts'
import { findMarketing } from './marketing-words.ts'

/**
 * All problems: of the title in the order of the rules, then of each keyword. `sure`: the
 * platform's page rules it out in plain words. `maybe`: a guess, because people judge likeness,
 * services, examples and style. No problem does not mean that a template passes.
 *
 * @param libraryTitles the titles of the platform's library (模板库)
 */
export async function lintTemplate(
  { title, keywords, otherTitles = [] }: LintRequest,
  libraryTitles: readonly string[] = [],
): Promise<LintProblem[]> {
  return [
    ...(await compareTitle(title, otherTitles, libraryTitles)),
    ...checkTitle(title),
    ...(await checkKeywords(keywords)),
  ]
}

/** Rules 1.1 and 1.2. A title of the library was approved, so that nothing else resembles it. */
async function compareTitle(
  title: string,
  otherTitles: readonly string[],
  libraryTitles: readonly string[],
): Promise<LintProblem[]> {
  const given = comparable(title)
  const compareAll = async (titles: readonly string[]) => {
    const { titlesPerTurn } = lintRules
    const compare = (other: string) => compareTitles(given, comparable(other))
    return (await mapInTurns(titles, titlesPerTurn, compare)).filter(isProblem)
  }
  const others = new Set(otherTitles)
  const problems = await compareAll([...others])
  if (problems.some(({ rule }) => rule === '1.1')) return problems
  const alike = await compareAll(libraryTitles.filter((one) => !others.has(one)))
  const same = alike.some(({ rule }) => rule === '1.1')
  if (!same) return [...problems, ...alike.slice(0, lintRules.maxLibraryProblems)]
  const detail = `The library has the title “${title}”: add it from there.`
  return [...problems, { rule: '1.1', detail, certainty: 'maybe' }]
}

const isProblem = (problem: LintProblem | false | undefined): problem is LintProblem => !!problem

const ending = /(提醒|通知)$/

/** Titles of nothing but these words would fit any service. */
const generic = new RegExp(
  (
    '系统 消息 信息 重要 温馨 友情 服务 最新 用户 客户 平台 微信 小程序 业务 事项 相关 状态 进度 进展 结果 内容 日常 ' +
    '通知 提醒 提示 公告 操作 事件 事情 事务 变更 变动 变化 更新 修改 处理 功能 数据 情况 动态 成功 失败 完成 开始 结束 ' +
    '取消 待办 异常 告警 预警 到期 过期 超时 截止 反馈 回复 确认 申请 提交 通用 普通 一般 其他 其它 个人 今日 每日 定时 及时 实时 紧急 特别 您 新 的 有'
  )
    .split(' ')
    .join('|'),
  'g',
)

/** Rules 1.3 to 1.6. */
function checkTitle(title: string): LintProblem[] {
  const marks = specialCharacters(title)
  const informal = informalWord(title)
  const marketing = findMarketing(title)
  const problems: (LintProblem | false | undefined)[] = [
    !ending.test(title) && {
      rule: '1.3',
      detail: 'The title must end with 提醒 or 通知.',
      certainty: 'sure',
    },
    marks.length > 0 && {
      rule: '1.4',
      detail: `The title holds special characters (${marks.join(' ')}): use words alone.`,
      certainty: 'sure',
    },
    informal !== undefined && {
      rule: '1.4',
      detail: `“${informal}” is informal: use the words of the trade.`,
      certainty: 'maybe',
    },
    title.replace(ending, '').replaceAll(generic, '').length < lintRules.minSpecificCharacters && {
      rule: '1.5',
      detail: 'The title names no particular service: say what it is about, as 购买成功通知 does.',
      certainty: 'maybe',
    },
    ...marketing.map(({ word, certainty }): LintProblem => ({
      rule: '1.6',
      detail: `“${word}” is a word of marketing, which templates may not contain.`,
      certainty,
    })),
  ]
  return problems.filter(isProblem)
}

function compareTitles(title: Comparable, other: Comparable): LintProblem | undefined {
  if (title.plain === other.plain) {
    const detail = `There is a template “${other.text}” already.`
    return { rule: '1.1', detail, certainty: 'sure' }
  }
  if (!looksAlike(title, other)) return undefined
  return {
    rule: '1.2',
    detail: `The title may mean the same as that of the template “${other.text}”.`,
    certainty: 'maybe',
  }
}

/** The page names 内容; the others are as wide. */
const tooBroad = new Set(
  (
    '内容 信息 消息 数据 资料 其他 其它 事情 东西 详情 描述 文字 文本 标题 名称 情况 字段 参数 结果 类型 ' +
    '状态 备注 说明 主题 问题 项目 时间 日期 地点 金额 价格 费用 数量 编号 号码 原因 理由 事项 事件 事由 进度 进展 ' +
    '方式 分类 类别 种类 级别 等级 来源 对象 单位 地区 评价 评论 意见 建议 反馈 回复 介绍 简介 要求 规则 条件 提示 ' +
    '通知 提醒 公告 操作 更新 变更 步骤 附件 图片 链接 网址 业务 服务 活动 任务 功能 属性 选项 目的 用途 范围 记录 明细'
  ).split(' '),
)

/** Rules 2.1 to 2.5. */
async function checkKeywords(keywords: readonly LintKeyword[]): Promise<LintProblem[]> {
  const names = keywords.map((keyword) =>
    comparable(typeof keyword === 'string' ? keyword : keyword.name),
  )
  const found = await mapInTurns(keywords, lintRules.keywordsPerTurn, (keyword, index) => {
    const name = names[index]!
    return [
      ...names.slice(0, index).map((earlier) => compareKeywords(name, earlier)),
      ...wording(name.text),
      typeof keyword === 'string' ? undefined : example(keyword),
      breadth(name.text),
    ]
  })
  return found.flat().filter((problem) => problem !== undefined)
}

function compareKeywords(name: Comparable, earlier: Comparable): LintProblem | undefined {
  if (name.plain === earlier.plain) {
    return { rule: '2.1', detail: `The keyword “${name.text}” is there twice.`, certainty: 'sure' }
  }
  if (!looksAlike(name, earlier)) return undefined
  return {
    rule: '2.2',
    detail: `The keywords “${earlier.text}” and “${name.text}” may mean the same.`,
    certainty: 'maybe',
  }
}

function wording(name: string): LintProblem[] {
  const marks = specialCharacters(name)
  const word = informalWord(name)
  const problems: LintProblem[] = []
  if (marks.length > 0) {
    const detail = `The keyword “${name}” holds special characters (${marks.join(' ')}).`
    problems.push({ rule: '2.3', detail, certainty: 'sure' })
  }
  if (word !== undefined) {
    const detail = `“${word}” in the keyword “${name}” is informal.`
    problems.push({ rule: '2.3', detail, certainty: 'maybe' })
  }
  return problems
}

function example(keyword: { name: string; example: string }): LintProblem | undefined {
  const wanted = exampleProblem(keyword)
  if (wanted === undefined) return undefined
  const detail = `The example of “${keyword.name}” should be ${wanted}.`
  return { rule: '2.4', detail, certainty: 'maybe' }
}

function breadth(name: string): LintProblem | undefined {
  const plain = normalized(name)
  if (!tooBroad.has(plain) && [...plain].length > 1) return undefined
  return {
    rule: '2.5',
    detail: `The keyword “${name}” is too broad: say of what, as 物品名称 does.`,
    certainty: plain === '内容' ? 'sure' : 'maybe',
  }
}

/**
 * Informal words. Short ones that are parts of other words are left out (吧 in 酒吧, 主人 in
 * 业主人数).
 */
const informalWords =
  /亲爱的|亲们|宝贝|宝宝们|么么哒|哈哈|嘻嘻|呵呵|嘿嘿|小主|萌萌|喵|棒棒哒|666|哟|哦|哇|嗨|老铁|小伙伴|快来/

/** Everything but letters and digits of any script, each once. */
const specialCharacters = (text: string): string[] => [
  ...new Set(text.match(/[^\p{L}\p{N}\p{M}]/gu)),
]

const informalWord = (text: string): string | undefined => informalWords.exec(text)?.[0]
