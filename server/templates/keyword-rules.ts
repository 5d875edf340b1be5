/** Rules 2.1 to 2.5 of the review (seeds/001 审核说明). */
import type { LintKeyword, LintProblem } from '../../shared/wire.ts'
import { mismatch } from './examples.ts'
import { looksAlike, normalized } from './likeness.ts'
import { personalWord, specialCharacters } from './wording.ts'

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
      ...names.slice(0, index).map((earlier) => compared(name, earlier)),
      ...wording(name),
      typeof keyword === 'string' ? undefined : example(keyword),
      breadth(name),
    ]
    return problems.filter((problem) => problem !== undefined)
  })
}

function compared(name: string, earlier: string): LintProblem | undefined {
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
