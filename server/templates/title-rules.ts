/** Rules 1.1 to 1.6 of the review (seeds/001 审核说明). */
import type { LintProblem } from '../../shared/wire.ts'
import { looksAlike, normalized } from './likeness.ts'
import { findMarketing } from './marketing-words.ts'
import { personalWord, specialCharacters } from './wording.ts'

const ending = /(提醒|通知)$/

/** Titles of nothing but these words would fit any service. */
const generic =
  /系统|消息|信息|重要|温馨|友情|服务|最新|用户|平台|微信|小程序|业务|事项|相关|状态|进度|结果|内容|日常|新|的/g

export function checkTitle(title: string, otherTitles: readonly string[]): LintProblem[] {
  const marks = specialCharacters(title)
  const mood = personalWord(title)
  const marketing = findMarketing(title)
  const problems: (LintProblem | false | undefined)[] = [
    ...[...new Set(otherTitles)].map((other) => compared(title, other)),
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

function compared(title: string, other: string): LintProblem | undefined {
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
