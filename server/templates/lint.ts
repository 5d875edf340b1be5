/** Checks titles and keywords by the rules of WeChat's review (seeds/001 审核说明). */
import type { LintProblem, LintRequest, LintKeyword } from '../../shared/wire/index.ts'
import { looksAlike, normalized } from './likeness.ts'
import { findMarketing } from './marketing-words.ts'

/**
 * All problems: of the title in the order of the rules, then of each keyword. `sure`: the
 * platform's page rules it out in plain words. `maybe`: a guess, because people judge likeness,
 * services, examples and style. No problem does not mean that a template passes.
 */
export function lintTemplate({ title, keywords, otherTitles = [] }: LintRequest): LintProblem[] {
  return [...checkTitle(title, otherTitles), ...checkKeywords(keywords)]
}

const ending = /(提醒|通知)$/

/** Titles of nothing but these words would fit any service. */
const generic =
  /系统|消息|信息|重要|温馨|友情|服务|最新|用户|平台|微信|小程序|业务|事项|相关|状态|进度|结果|内容|日常|新|的/g

/** Rules 1.1 to 1.6. */
function checkTitle(title: string, otherTitles: readonly string[]): LintProblem[] {
  const marks = specialCharacters(title)
  const informal = informalWord(title)
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
    informal !== undefined && {
      rule: '1.4',
      detail: `“${informal}” is informal: use the words of the trade.`,
      certainty: 'maybe',
    },
    title.replace(ending, '').replaceAll(generic, '').length < 2 && {
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

/** The page names 内容; the others are as wide. */
const tooBroad = new Set(
  '内容 信息 消息 数据 其他 其它 事情 东西 详情 描述 文字 文本 标题 名称 情况 字段 参数 结果 类型'.split(
    ' ',
  ),
)

/** Rules 2.1 to 2.5. */
function checkKeywords(keywords: readonly LintKeyword[]): LintProblem[] {
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
    return { rule: '2.1', detail: `The keyword “${name}” is there twice.`, certainty: 'sure' }
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

/**
 * Rule 2.4: what the example should be, guessed from the last word of the keyword. `undefined`: it
 * is so, or the keyword allows no guess.
 */
function mismatch(keyword: { name: string; example: string }): string | undefined {
  const { name, example: given } = keyword
  if (given.trim() === '') return 'an example'
  const shape = shapes.find(({ names }) => names.test(name))
  return shape && !shape.example.test(given.normalize('NFKC')) ? shape.wants : undefined
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
