/** The review rules of titles and keywords (seeds/001 审核说明), told before WeChat's reviewers do. */
import type { LintProblem, LintRequest, LintKeyword } from '../../shared/wire/index.ts'
import { looksAlike, normalized } from './likeness.ts'
import { findMarketing } from './marketing-words.ts'

/**
 * All problems, in the order of the rules for the title and then keyword by keyword. `sure` is what the page says in
 * words that leave no doubt; `maybe` is a guess: likeness, services, examples and manners are judged by
 * people. No problem found does not mean that a template passes.
 */
export function lintTemplate({ title, keywords, otherTitles = [] }: LintRequest): LintProblem[] {
  return [...checkTitle(title, otherTitles), ...checkKeywords(keywords)]
}

/** Rules 1.1 to 1.6 of the review (seeds/001 审核说明). */

const ending = /(提醒|通知)$/

/** Titles of nothing but these words would fit any service. */
const generic =
  /系统|消息|信息|重要|温馨|友情|服务|最新|用户|平台|微信|小程序|业务|事项|相关|状态|进度|结果|内容|日常|新|的/g

export function checkTitle(title: string, otherTitles: readonly string[]): LintProblem[] {
  const marks = specialCharacters(title)
  const mood = personalWord(title)
  const marketing = findMarketing(title)
  const problems: (LintProblem | false | undefined)[] = [
    ...[...new Set(otherTitles)].map((other) => compareTitles(title, other)),
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
    mood !== undefined && {
      rule: '1.4',
      detail: `“${mood}” is a personal manner of speaking: use the words of the trade.`,
      certainty: 'maybe',
    },
    title.replace(ending, '').replaceAll(generic, '').length < 2 && {
      rule: '1.5',
      detail: 'The title names no particular service: say what it is about, as 购买成功通知 does.',
      certainty: 'maybe',
    },
    ...marketing.map(({ word, certainty }): LintProblem => ({
      rule: '1.6',
      detail: `“${word}” is of marketing, which templates may not carry.`,
      certainty,
    })),
  ]
  return problems.filter((problem): problem is LintProblem => !!problem)
}

function compareTitles(title: string, other: string): LintProblem | undefined {
  if (normalized(title) === normalized(other)) {
    return { rule: '1.1', detail: `There is a template “${other}” already.`, certainty: 'sure' }
  }
  if (!looksAlike(title, other)) return undefined
  return {
    rule: '1.2',
    detail: `The title may mean the same as that of the template “${other}”.`,
    certainty: 'maybe',
  }
}

/** Rules 2.1 to 2.5 of the review (seeds/001 审核说明). */

/** The page names 内容; the others are as wide. */
const tooBroad = new Set(
  '内容 信息 消息 数据 其他 其它 事情 东西 详情 描述 文字 文本 标题 名称 情况 字段 参数 结果 类型'.split(
    ' ',
  ),
)

export function checkKeywords(keywords: readonly LintKeyword[]): LintProblem[] {
  const names = keywords.map((keyword) => (typeof keyword === 'string' ? keyword : keyword.name))
  return keywords.flatMap((keyword, index) => {
    const name = names[index]!
    const problems = [
      ...names.slice(0, index).map((earlier) => compareKeywords(name, earlier)),
      ...wording(name),
      typeof keyword === 'string' ? undefined : example(keyword),
      breadth(name),
    ]
    return problems.filter((problem) => problem !== undefined)
  })
}

function compareKeywords(name: string, earlier: string): LintProblem | undefined {
  if (normalized(name) === normalized(earlier)) {
    return { rule: '2.1', detail: `The keyword “${name}” stands there twice.`, certainty: 'sure' }
  }
  if (!looksAlike(name, earlier)) return undefined
  return {
    rule: '2.2',
    detail: `The keywords “${earlier}” and “${name}” may mean the same.`,
    certainty: 'maybe',
  }
}

function wording(name: string): LintProblem[] {
  const marks = specialCharacters(name)
  const mood = personalWord(name)
  const problems: LintProblem[] = []
  if (marks.length > 0) {
    const detail = `The keyword “${name}” holds special characters (${marks.join(' ')}).`
    problems.push({ rule: '2.3', detail, certainty: 'sure' })
  }
  if (mood !== undefined) {
    const detail = `“${mood}” in the keyword “${name}” is a personal manner of speaking.`
    problems.push({ rule: '2.3', detail, certainty: 'maybe' })
  }
  return problems
}

function example(keyword: { name: string; example: string }): LintProblem | undefined {
  const wanted = mismatch(keyword)
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

/** Rule 2.4: the example must be one of its keyword (seeds/001 审核说明). A guess by the keyword's last word. */

interface Shape {
  names: RegExp
  example: RegExp
  wants: string
}

const shapes: readonly Shape[] = [
  {
    names: /(时间|日期|时刻|生日)$/,
    example:
      /\d+\s*[年月日号时点:：./-]|[上下]午|[今明后]天|星期|周[一二三四五六日天末]|随时|全天|[一二三四五六七八九十]+[年月日点]/,
    wants: 'a date or a time',
  },
  {
    names: /(金额|价格|费用|单价|总价|余额|(?<![消收缴付免])费|款)$/,
    example: /[\d零一二三四五六七八九十百千万免]/,
    wants: 'an amount',
  },
  {
    names: /(数量|次数|人数|件数|天数|数目|年龄)$/,
    example: /[\d零一二两三四五六七八九十百千万]/,
    wants: 'a number',
  },
  { names: /(电话|手机|手机号码?|联系方式|热线)$/, example: /\d{3}/, wants: 'a telephone number' },
  {
    names: /(编号|单号|号码|卡号|账号|车牌号?)$/,
    example: /[\dA-Za-z]/,
    wants: 'letters or digits',
  },
  { names: /(姓名|联系人|地址|地点)$/, example: /\p{L}/u, wants: 'words' },
]

/** What the keyword wants its example to be; `undefined`: it is, or the keyword does not tell. */
export function mismatch(keyword: { name: string; example: string }): string | undefined {
  const { name, example: given } = keyword
  if (given.trim() === '') return 'an example'
  const shape = shapes.find(({ names }) => names.test(name))
  return shape && !shape.example.test(given.normalize('NFKC')) ? shape.wants : undefined
}

/** Rules 1.4 and 2.3: no special characters, nothing personal (seeds/001 审核说明). */

/** Words of a mood or of one shop's manner. Short ones that are parts of others (吧 of 酒吧, 主人 of 业主人数) are not here. */
const personal =
  /亲爱的|亲们|宝贝|宝宝们|么么哒|哈哈|嘻嘻|呵呵|嘿嘿|小主|萌萌|喵|棒棒哒|666|哟|哦|哇|嗨|老铁|小伙伴|快来/

/** Everything but letters and digits of any script, each once. */
export const specialCharacters = (text: string): string[] => [
  ...new Set(text.match(/[^\p{L}\p{N}\p{M}]/gu)),
]

export const personalWord = (text: string): string | undefined => personal.exec(text)?.[0]
